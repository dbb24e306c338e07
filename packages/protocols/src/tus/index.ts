export { tus } from './tus.ts'
export type { TusOptions, TusResult } from './tus-options.ts'
export type { KeptAnswer, TusSession, TusUpload } from './tus-session.ts'
export type { TusMetadata } from './upload-metadata.ts'
