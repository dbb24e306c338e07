import {
  type Credentials,
  type FileFacts,
  type Metadata,
  type Reply,
  toUploadError,
} from '@lading/core/engine'
import { parseUrl } from './parse-url.ts'
import { ServerInquiry } from './server-facts.ts'
import type { TusOptions } from './tus-options.ts'
import type { KeptAnswer } from './tus-session.ts'
import { defaultMetadata, uploadMetadata } from './upload-metadata.ts'

/** The options with nothing left open, and what was found out about the server. */
export class TusSetup<Meta extends Metadata> {
  readonly endpoint: string
  readonly origins: Readonly<Record<string, Credentials>>
  readonly inquiry: ServerInquiry
  readonly wantsChecksum: boolean
  readonly dataDuringCreation: boolean
  /**
   * URLs of uploads whose last request broke. Of a message with a checksum a server keeps all or nothing; the next one
   * goes without, so that a line which never lasts a whole part still gets there. Nothing is lost with these but speed.
   */
  readonly broken: Set<string> = new Set()
  readonly #lanes: number
  readonly #resultHeaders: readonly string[]
  readonly #metadata: NonNullable<TusOptions<unknown, Meta>['metadata']>

  constructor(options: TusOptions<unknown, Meta>) {
    const { endpoint, parallel, checksum = true, dataDuringCreation = false } = options
    this.endpoint = endpoint
    this.origins = options.origins ?? {}
    this.wantsChecksum = checksum
    this.dataDuringCreation = dataDuringCreation
    this.#lanes = parallel || 1
    this.#resultHeaders = options.resultHeaders ?? []
    this.#metadata = options.metadata ?? defaultMetadata
    this.inquiry = new ServerInquiry(endpoint, this.#lanes > 1)
  }

  /** Whether anything depends on what the server can do beyond what it must. */
  get asks(): boolean {
    return this.wantsChecksum || this.dataDuringCreation || this.#lanes > 1
  }

  /** Whether files may go in several lanes. */
  get mayJoin(): boolean {
    return this.#lanes > 1
  }

  /** How many lanes a file goes in. As many as wanted until the server is known not to join them. */
  lanesFor(chunks: number): number {
    const { facts } = this.inquiry
    return facts && !facts.extensions.has('concatenation') ? 1 : Math.min(this.#lanes, chunks)
  }

  /** Whose credentials go to a URL that came from the server and was let through. */
  credentialsAt(url: string): Credentials {
    return this.origins[parseUrl(url)?.origin ?? ''] ?? 'app'
  }

  /** `Upload-Metadata`, where there is any. Throws `option-failed` where the option does. */
  async metadataHeader(file: FileFacts<Meta>): Promise<Readonly<Record<string, string>>> {
    try {
      const value = uploadMetadata(await this.#metadata(file))
      return value === undefined ? {} : { 'Upload-Metadata': value }
    } catch (error) {
      throw toUploadError(error, 'option-failed')
    }
  }

  /** What of an answer the result is made of. */
  keep(reply: Reply): KeptAnswer {
    const headers: Record<string, string> = {}
    for (const name of this.#resultHeaders) {
      const value = reply.header(name)
      if (value !== null) headers[name] = value
    }
    return { text: reply.text, headers }
  }
}
