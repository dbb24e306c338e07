import type { Plugin } from 'vite'

const reloadAfterRestart = /(await waitForSuccessfulPing\([^)]*\);\s*)location\.reload\(\);?/

/**
 * Leaves a page alone when its dev server was restarted: Vite's client reloads it, and with it goes the list of uploads
 * that waits for the server. Fast refresh is back after a reload by hand.
 */
export function keepPagePlugin(): Plugin {
  return {
    name: 'lading:keep-page',
    apply: 'serve',
    transform(code, id) {
      if (!id.includes('vite/dist/client/client.mjs')) return undefined
      if (!reloadAfterRestart.test(code)) {
        this.warn("Vite's client has changed: pages reload when the server is restarted")
        return undefined
      }
      return { code: code.replace(reloadAfterRestart, '$1'), map: null }
    },
  }
}
