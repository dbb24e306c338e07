import { AbortMultipartUploadCommand, CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import type { ResolvedSignerOptions } from './signer-options.ts'
import type { ChecksumHeader } from './upload-token.ts'

/** Which header of a part the store verifies its bytes by. */
export class ChecksumChoice {
  readonly #options: ResolvedSignerOptions
  #learned: Promise<ChecksumHeader> | undefined

  constructor(options: ResolvedSignerOptions) {
    this.#options = options
  }

  /** Whether an upload is to be begun with the algorithm named: only then may its parts carry that checksum. */
  get isNamed(): boolean {
    const { checksum } = this.#options
    return checksum === 'auto' || checksum === 'x-amz-checksum-sha256'
  }

  /** What the answer to such a beginning says: a store that knows checksums repeats the algorithm. */
  read(algorithm: string | undefined): ChecksumHeader | undefined {
    const { checksum } = this.#options
    if (checksum !== 'auto') return checksum === false ? undefined : checksum
    const header = algorithm === 'SHA256' ? 'x-amz-checksum-sha256' : 'x-amz-content-sha256'
    this.#learned ??= Promise.resolve(header)
    return header
  }

  /** For a file of one part, where nothing is begun: asks the store once by beginning something and dropping it. */
  async forWhole(key: string): Promise<ChecksumHeader | undefined> {
    const { checksum } = this.#options
    if (checksum !== 'auto') return this.read(undefined)
    const learning = this.#learned ?? this.#ask(key)
    this.#learned = learning
    try {
      return await learning
    } catch (error) {
      this.#learned = undefined
      throw error
    }
  }

  async #ask(key: string): Promise<ChecksumHeader> {
    const { client, bucket } = this.#options
    const place = { Bucket: bucket, Key: key }
    const begun = await client.send(
      new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: 'SHA256' }),
    )
    const { UploadId, ChecksumAlgorithm } = begun
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined)
    return ChecksumAlgorithm === 'SHA256' ? 'x-amz-checksum-sha256' : 'x-amz-content-sha256'
  }
}
