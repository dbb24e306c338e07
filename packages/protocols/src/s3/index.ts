export type { SignedRequest } from '../presigned-put/put-signed.ts'
export type { EndpointSession } from './endpoint-signer.ts'
export { type S3Session, s3 } from './s3.ts'
export type { S3CommonOptions, S3Options } from './s3-options.ts'
export type {
  PartInPlace,
  PartsToComplete,
  PartToSign,
  S3Signer,
  SignedPart,
  StoredPart,
} from './s3-signer.ts'
export type { S3Result } from './signer-api.ts'
