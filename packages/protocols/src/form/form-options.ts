import type { Metadata, Reply } from '@lading/core/engine'
import { checkOptions, type OptionRule } from '../check-options.ts'
import type { FormFields, PerFile } from './form-fields.ts'

/** The options of `formUpload`. */
export interface FormUploadOptions<Result = unknown, Meta extends Metadata = Metadata> {
  /** Where forms are sent; relative to the page, or to the `baseURL` of the app's axios instance. */
  readonly endpoint: string
  /** The name of the file in the form: `avatar`, `files[]`, `user[avatar]`. @default 'file' */
  readonly fieldName?: string
  /** What else is in the form, before the file. Stronger than metadata of the same name. */
  readonly fields?: PerFile<FormFields, Meta>
  /** @default 'POST' */
  readonly method?: 'POST' | 'PUT'
  readonly headers?: PerFile<Readonly<Record<string, string>>, Meta>
  /**
   * Makes the result of an answer with a status of 200 to 299. One that throws fails the upload with `bad-response`,
   * or with the `UploadError` it throws.
   */
  readonly parseResponse?: (reply: Reply) => Result | Promise<Result>
}

const rules: Readonly<Record<keyof FormUploadOptions, OptionRule>> = {
  endpoint: ['a URL', isText],
  fieldName: ['a name', isText],
  fields: ['an object, a list of pairs or a function', (value) => isObject(value) || isFunction(value)],
  method: ["'POST' or 'PUT'", (value) => value === 'POST' || value === 'PUT'],
  headers: ['an object or a function', (value) => isObject(value) || isFunction(value)],
  parseResponse: ['a function', isFunction],
}

/** Throws a TypeError that names the first option that is wrong, missing or unknown. */
export function checkFormOptions(options: unknown): void {
  checkOptions(options, rules, ['endpoint'])
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
