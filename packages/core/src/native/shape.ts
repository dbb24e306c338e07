/** Whether a value that came over the wire is what was promised. */
export type Shape<T> = (value: unknown) => value is T

/** An object with at least these fields. */
export function record<T>(fields: { readonly [Name in keyof T]: Shape<T[Name]> }): Shape<T> {
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries<Shape<unknown>>(fields).every(([name, shape]) => shape((value as never)[name]))
}

/** A list of such items. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(item)
}

/** A string that matches. */
export function text(pattern: RegExp): Shape<string> {
  return (value): value is string => typeof value === 'string' && pattern.test(value)
}

/** A number of things or bytes. */
export const count: Shape<number> = (value): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0
