const LANES = 32

/** Does something with each of many, so many at a time; stops at the first failure. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const lane = async (): Promise<void> => {
    for (const item of { [Symbol.iterator]: () => queue }) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane))
}
