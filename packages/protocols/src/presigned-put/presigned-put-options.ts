import { misuse } from '@lading/core/engine'

/** Throws a TypeError that names the first option that is wrong, missing or unknown. */
export function checkPresignedPutOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw misuse('options', 'an object', options)
  const { sign, checksum, ...others } = options as Record<string, unknown>
  if (typeof sign !== 'function') throw misuse('sign', 'a function', sign)
  if (checksum !== undefined && checksum !== false && checksum !== 'sha-256') {
    throw misuse('checksum', "'sha-256' or false", checksum)
  }
  for (const name of Object.keys(others)) throw new TypeError(`Unknown option \`${name}\``)
}
