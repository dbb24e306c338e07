/** Makes jsdom's page one of this address, so that relative endpoints lead there. */
export function movePageTo(url: string): void {
  // Vitest's jsdom environment puts it there.
  const { jsdom } = globalThis as { jsdom?: { reconfigure(settings: { url: string }): void } }
  if (!jsdom) throw new Error('There is no jsdom here')
  jsdom.reconfigure({ url })
}
