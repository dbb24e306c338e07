/** What kind of file a name tells of, short enough for a small square: its extension in capitals. */
export function fileKind(name: string): string {
  const extension = /[^.]\.([a-z0-9]{1,4})$/i.exec(name)?.[1]
  return extension?.toUpperCase() ?? 'FILE'
}
