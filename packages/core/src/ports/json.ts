/** Any value that survives `JSON.stringify` and back: what sessions, receipts and metadata are made of. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }
