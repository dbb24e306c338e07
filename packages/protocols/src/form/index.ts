export type { FieldValue, FormFields, PerFile } from './form-fields.ts'
export type { FormUploadOptions } from './form-options.ts'
export { formUpload } from './form-upload.ts'
export type { FormResult } from './parse-by-type.ts'
