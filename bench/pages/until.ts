/** Waits for something to be there. */
export async function until<T>(look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 10_000; tries++) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve))
  }
  throw new Error('What was waited for did not come')
}
