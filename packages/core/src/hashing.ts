export { type DigestAlgorithm, hasMessageDigest, messageDigest } from './hashing/message-digest.ts'
