import { type FileFacts, type Metadata, UploadError } from '@lading/core/engine'

/** Pairs for `Upload-Metadata`: texts, or what becomes one; `undefined` and `null` are left out. */
export type TusMetadata = Readonly<Record<string, string | number | boolean | null | undefined>>

/** What is said of a file where the app does not say otherwise. */
export function defaultMetadata({ name, type, metadata }: FileFacts<Metadata>): TusMetadata {
  const plain = Object.entries(metadata).filter((entry): entry is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  )
  return { filename: name, ...(type && { filetype: type }), ...Object.fromEntries(plain) }
}

/**
 * The value of `Upload-Metadata` (tus 1.0, creation): pairs of a key and the base64 of the value's UTF-8, without the
 * second where it is empty. `undefined` where there is none.
 *
 * Throws `option-failed` for a key that tus cannot carry.
 */
export function uploadMetadata(pairs: TusMetadata): string | undefined {
  const encoded: string[] = []
  for (const [key, value] of Object.entries(pairs)) {
    if (value === undefined || value === null) continue
    if (!/^[!-+\--~]+$/.test(key)) {
      throw new UploadError('option-failed', {
        message: `tus cannot carry metadata called \`${key.slice(0, 80)}\`: keys are ASCII without spaces and commas; rename it in the option \`metadata\``,
      })
    }
    const text = String(value)
    encoded.push(text === '' ? key : `${key} ${base64(text)}`)
  }
  return encoded.length > 0 ? encoded.join(',') : undefined
}

function base64(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary)
}
