const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes as a person reads them: decimal units and three digits, so that a number that grows keeps its width. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let power = 0
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000
    power++
  }
  const decimals = power === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(decimals)}\u00a0${units[power]}`
}
