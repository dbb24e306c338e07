/** A web address, resolved; `undefined` where it is none. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    const url = new URL(text, base)
    return /^https?:$/.test(url.protocol) ? url : undefined
  } catch {
    return undefined
  }
}
