/** What {@link duplicateKey} is made of. */
export interface DuplicateFacts {
  readonly name: string
  readonly path?: string | undefined
  readonly size: number
  readonly lastModified?: number | undefined
}

/** What two files must share to be duplicates of each other. */
export function duplicateKey({ name, path, size, lastModified }: DuplicateFacts): string {
  return JSON.stringify([name, path, size, lastModified])
}
