export { type S3StorageOptions, s3Storage } from './s3/s3-storage.ts'
export { createS3Signer, type S3Signer } from './s3-signer/create-s3-signer.ts'
export type { KeyFacts } from './s3-signer/object-key.ts'
export type {
  S3Completed,
  S3ObjectParameters,
  S3SignerLimits,
  S3SignerOptions,
} from './s3-signer/signer-options.ts'
export type * from './s3-signer/signer-wire.ts'
export type { ChecksumHeader } from './s3-signer/upload-token.ts'
