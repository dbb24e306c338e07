import type { Access } from '../access.ts'
import { isWithinReach } from '../access.ts'
import { ChecksumChoice } from './checksum-choice.ts'
import { objectUrl } from './presign.ts'
import type { ResolvedSignerOptions } from './signer-options.ts'
import { signerProblem } from './signer-problem.ts'
import type { WireS3Result } from './signer-wire.ts'
import { TokenMaker, type UploadGrant } from './upload-token.ts'

/** What the handlers share. */
export class SignerContext {
  readonly options: ResolvedSignerOptions
  readonly checksums: ChecksumChoice
  #tokens: Promise<TokenMaker> | undefined

  constructor(options: ResolvedSignerOptions) {
    this.options = options
    this.checksums = new ChecksumChoice(options)
  }

  /** Makes and opens tokens. Rejects where there is nothing lasting to make them with. */
  tokens(): Promise<TokenMaker> {
    const made = this.#tokens ?? this.#makeTokens()
    this.#tokens = made
    made.catch(() => {
      this.#tokens = undefined
    })
    return made
  }

  /** What a request's token gives access to. Throws where it is no token, or somebody else's. */
  async grantOf(token: unknown, access: Access): Promise<UploadGrant> {
    if (typeof token !== 'string') throw signerProblem('invalid-request', 'Expected `token`')
    const grant = (await this.tokens()).open(token, this.options.clock.now())
    if (!isWithinReach(grant.owner, access)) throw signerProblem('token-invalid')
    return grant
  }

  /** Where the world finds an object. */
  async urlOf(key: string): Promise<string> {
    const { client, bucket, urlFor } = this.options
    return urlFor ? urlFor(key) : objectUrl(client, bucket, key)
  }

  /** Tells the application. */
  async announce(result: WireS3Result, owner: string | undefined): Promise<void> {
    const { onComplete, onError } = this.options
    try {
      await onComplete?.({ result, ...(owner !== undefined && { owner }) })
    } catch (error) {
      onError(error, 'onComplete')
    }
  }

  async #makeTokens(): Promise<TokenMaker> {
    const { client, bucket, secret } = this.options
    if (secret !== undefined) return new TokenMaker(secret, bucket)
    const { secretAccessKey, sessionToken } = await client.config.credentials()
    if (sessionToken !== undefined) {
      throw new TypeError(
        'Expected `secret`, since the credentials of `client` are temporary: tokens made with them would not last',
      )
    }
    return new TokenMaker(secretAccessKey, bucket)
  }
}
