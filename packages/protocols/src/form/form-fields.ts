import { type FileFacts, type Metadata, misuse } from '@lading/core/engine'

/** A value of one field; `undefined` and `null` are left out. */
export type FieldValue = string | number | boolean | null | undefined

/** Fields of a form in the order they are sent; a list of pairs may name one twice (`tags[]`). */
export type FormFields =
  | Readonly<Record<string, FieldValue>>
  | readonly (readonly [name: string, value: FieldValue])[]

/** A value, or a function that makes it for one file; one that throws fails that upload with `option-failed`. */
export type PerFile<T, Meta extends Metadata = Metadata> = T | ((file: FileFacts<Meta>) => T | Promise<T>)

type Pair = readonly [name: string, value: string]

/** The value of a {@link PerFile} for one file. */
export function valueFor<T, Meta extends Metadata>(
  option: PerFile<T, Meta>,
  file: FileFacts<Meta>,
): T | Promise<T> {
  return isMaker(option) ? option(file) : option
}

/** Fields as texts, in order. Throws where a value is none that a form can carry. */
export function pairsOf(fields: FormFields): Pair[] {
  const pairs: Pair[] = []
  for (const [name, value] of isList(fields) ? fields : Object.entries(fields)) {
    if (value === undefined || value === null) continue
    if (!isPlain(value)) throw misuse(`fields.${name}`, 'a text, a number or a boolean', value)
    pairs.push([name, String(value)])
  }
  return pairs
}

/** The values of metadata that a form can carry, without those whose names are taken. */
export function metadataFields(metadata: Metadata, taken: readonly Pair[]): Pair[] {
  const names = new Set(taken.map(([name]) => name))
  return Object.entries(metadata).flatMap(([name, value]) =>
    isPlain(value) && !names.has(name) ? [[name, String(value)] as const] : [],
  )
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isList(fields: FormFields): fields is readonly (readonly [string, FieldValue])[] {
  return Array.isArray(fields)
}

/** Whether a {@link PerFile} is a function. */
export function isMaker<T, Meta extends Metadata>(
  option: PerFile<T, Meta>,
): option is (file: FileFacts<Meta>) => T | Promise<T> {
  return typeof option === 'function'
}
