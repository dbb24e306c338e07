export {
  type FileToSign,
  type PresignedPutOptions,
  type PresignedPutResult,
  presignedPut,
  type ResultOf,
  type SignedPut,
} from './presigned-put.ts'
export type { SignedRequest } from './put-signed.ts'
