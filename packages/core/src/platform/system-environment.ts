import type { Environment } from '../ports/environment.ts'

/** The browser's network state and error reporting; on a server always online. */
export const systemEnvironment: Environment = {
  online: () => typeof navigator === 'undefined' || navigator.onLine !== false,
  onOnlineChange: (listener) => {
    if (typeof window === 'undefined') return () => {}
    const tell = (): void => listener(navigator.onLine)
    window.addEventListener('online', tell)
    window.addEventListener('offline', tell)
    return () => {
      window.removeEventListener('online', tell)
      window.removeEventListener('offline', tell)
    }
  },
  report: (error) => {
    if (typeof reportError === 'function') reportError(error)
    // biome-ignore lint/suspicious/noConsole: where nothing else reports errors, silence would hide them
    else console.error(error)
  },
}
