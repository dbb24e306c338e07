import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { ByteRange } from '../byte-range.ts'
import type { Clock } from '../ports.ts'
import { explainFailure, failureName, isTaken } from './s3-failure.ts'

/** The bytes of an object or a part with the digests the store checks them by. */
export interface Payload {
  readonly bytes: Uint8Array
  /** Raw; AWS checks it, and so do other engines that know `x-amz-checksum-sha256`. */
  readonly sha256: Buffer
  /** Raw; every engine checks it as `Content-MD5`. */
  readonly md5: Buffer
}

/** A part of a multipart upload, as completing names it. */
export interface PartReceipt {
  readonly etag: string
  /** Raw SHA-256 in base64; of a part that was copied it is not known. */
  readonly sha256?: string
}

/** A name in a listing. */
export interface Listed {
  readonly key: string
  /** Milliseconds since the epoch, by the clock of the store. */
  readonly changedAt: number
}

/** Options of a listing. */
interface ListOptions {
  /** Only names after this one. */
  readonly startAfter?: string
  readonly pageSize?: number
}

const MiB = 1024 * 1024
// S3 takes no more at once.
const MOST_DELETED = 1000
const SEND_MS_PER_MIB = 4000
const JOIN_MS_PER_PART = 30

/** One bucket: just what the storage needs, with failures explained. */
export class S3Bucket {
  readonly name: string
  readonly #client: S3Client
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #pageSize: number

  constructor(
    client: S3Client,
    name: string,
    clock: Clock,
    options: { readonly timeoutMs: number; readonly pageSize: number },
  ) {
    this.#client = client
    this.name = name
    this.#clock = clock
    this.#timeoutMs = options.timeoutMs
    this.#pageSize = options.pageSize
  }

  /** A small object; undefined if it is not there. */
  async get(key: string): Promise<Buffer | undefined> {
    const command = new GetObjectCommand({ Bucket: this.name, Key: key })
    const answer = await this.#unless(['NoSuchKey'], (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    )
    const { Body: body } = answer ?? {}
    return body && Buffer.from(await this.#explained(() => body.transformToByteArray()))
  }

  /** How large an object is; undefined if it is not there. */
  async size(key: string): Promise<number | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.name, Key: key })
    const answer = await this.#unless(['NotFound', 'NoSuchKey'], (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    )
    return answer && (answer.ContentLength ?? 0)
  }

  /** A range of an object, read as fast as it is asked for; given up if the iteration is. */
  async *read(key: string, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (start === end) return
    const given = new AbortController()
    const command = new GetObjectCommand({ Bucket: this.name, Key: key, Range: `bytes=${start}-${end - 1}` })
    try {
      const { Body: body } = await this.#client.send(command, { abortSignal: given.signal })
      if (!body || !(Symbol.asyncIterator in body)) throw new Error('S3 gave no stream')
      let length = 0
      for await (const piece of body) {
        length += piece.byteLength
        yield piece
      }
      if (length !== end - start) throw new Error(`${key} ended after ${length} of ${end - start} bytes`)
    } catch (error) {
      throw explainFailure(error, this.name)
    } finally {
      given.abort()
    }
  }

  async put(key: string, { bytes, sha256, md5 }: Payload): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.name,
      Key: key,
      Body: bytes,
      ContentMD5: md5.toString('base64'),
      ChecksumSHA256: sha256.toString('base64'),
    })
    await this.#unless([], (abortSignal) => this.#client.send(command, { abortSignal }), bytes.byteLength)
  }

  /** Makes an object unless there is one: of all who try, one succeeds. */
  async create(key: string, text: string): Promise<boolean> {
    const command = new PutObjectCommand({ Bucket: this.name, Key: key, Body: text, IfNoneMatch: '*' })
    try {
      await this.#timed((abortSignal) => this.#client.send(command, { abortSignal }))
      return true
    } catch (error) {
      if (isTaken(error)) return false
      throw explainFailure(error, this.name)
    }
  }

  /** Names below a prefix, in order. */
  async *list(
    prefix: string,
    { startAfter, pageSize }: ListOptions = {},
  ): AsyncGenerator<Listed, void, undefined> {
    for await (const { Contents: contents = [] } of this.#pages(
      { Prefix: prefix, StartAfter: startAfter },
      pageSize,
    )) {
      for (const { Key: key, LastModified: changed } of contents) {
        if (key !== undefined) yield { key, changedAt: changed?.getTime() ?? 0 }
      }
    }
  }

  /** Folders right below a prefix, in order, each with its slash. */
  async *folders(
    prefix: string,
    { startAfter, pageSize }: ListOptions = {},
  ): AsyncGenerator<string, void, undefined> {
    const input = { Prefix: prefix, Delimiter: '/', StartAfter: startAfter }
    for await (const { CommonPrefixes: folders = [] } of this.#pages(input, pageSize)) {
      for (const { Prefix: folder } of folders) if (folder !== undefined) yield folder
    }
  }

  /** Removes objects, those that are there. */
  async delete(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += MOST_DELETED) {
      const objects = keys.slice(from, from + MOST_DELETED).map((key) => ({ Key: key }))
      const command = new DeleteObjectsCommand({
        Bucket: this.name,
        Delete: { Objects: objects, Quiet: true },
      })
      const { Errors: errors = [] } = await this.#send((abortSignal) =>
        this.#client.send(command, { abortSignal }),
      )
      const failed = errors.find(({ Code: code }) => code !== 'NoSuchKey')
      if (failed) throw new Error(`S3 did not delete ${failed.Key}: ${failed.Code}`)
    }
  }

  /** Copies an object within the store, at most 5 GiB of it; false if it is not there. */
  async copy(from: string, to: string, size: number): Promise<boolean> {
    const command = new CopyObjectCommand({ Bucket: this.name, Key: to, CopySource: this.#source(from) })
    const answer = await this.#unless(
      ['NoSuchKey'],
      (abortSignal) => this.#client.send(command, { abortSignal }),
      size,
    )
    return answer !== undefined
  }

  /** Begins a multipart upload of parts that are sent, or copied; the answer is its id. */
  async beginParts(key: string, parts: 'sent' | 'copied' = 'sent'): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      Bucket: this.name,
      Key: key,
      ...(parts === 'sent' && { ChecksumAlgorithm: 'SHA256' }),
    })
    const { UploadId: uploadId } = await this.#send((abortSignal) =>
      this.#client.send(command, { abortSignal }),
    )
    if (uploadId === undefined) throw new Error('S3 gave no UploadId')
    return uploadId
  }

  /** Sends a part; the answer is its ETag, undefined if there is no such multipart upload any more. */
  async putPart(
    key: string,
    uploadId: string,
    number: number,
    payload: Payload,
  ): Promise<string | undefined> {
    const { bytes, sha256, md5 } = payload
    const command = new UploadPartCommand({
      Bucket: this.name,
      Key: key,
      UploadId: uploadId,
      PartNumber: number,
      Body: bytes,
      ContentMD5: md5.toString('base64'),
      ChecksumSHA256: sha256.toString('base64'),
    })
    const answer = await this.#unless(
      ['NoSuchUpload'],
      (abortSignal) => this.#client.send(command, { abortSignal }),
      bytes.byteLength,
    )
    if (answer && answer.ETag === undefined) throw new Error('S3 gave no ETag')
    return answer?.ETag
  }

  /** Copies a range of an object to be a part; the answer is its ETag, undefined if what it needs is not there. */
  async copyPart(
    from: string,
    { start, end }: ByteRange,
    to: { readonly key: string; readonly uploadId: string; readonly number: number },
  ): Promise<string | undefined> {
    const command = new UploadPartCopyCommand({
      Bucket: this.name,
      Key: to.key,
      UploadId: to.uploadId,
      PartNumber: to.number,
      CopySource: this.#source(from),
      CopySourceRange: `bytes=${start}-${end - 1}`,
    })
    const answer = await this.#unless(
      ['NoSuchKey', 'NoSuchUpload'],
      (abortSignal) => this.#client.send(command, { abortSignal }),
      end - start,
    )
    const etag = answer?.CopyPartResult?.ETag
    if (answer && etag === undefined) throw new Error('S3 gave no ETag')
    return etag
  }

  /** Joins the parts to the object; `gone` if there is no such multipart upload, or it is being joined just now. */
  async joinParts(
    key: string,
    uploadId: string,
    parts: readonly PartReceipt[],
  ): Promise<'joined' | 'gone' | 'other-parts' | 'too-small'> {
    const command = new CompleteMultipartUploadCommand({
      Bucket: this.name,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: {
        Parts: parts.map(({ etag, sha256 }, place) => ({
          PartNumber: place + 1,
          ETag: etag,
          ...(sha256 === undefined ? {} : { ChecksumSHA256: sha256 }),
        })),
      },
    })
    try {
      const timeoutMs = this.#timeoutMs + parts.length * JOIN_MS_PER_PART
      await this.#timed((abortSignal) => this.#client.send(command, { abortSignal }), timeoutMs)
      return 'joined'
    } catch (error) {
      const name = failureName(error)
      // What Ceph says of an upload that is joined just now, and of one that is not there at all.
      const isUnclear = error instanceof Error && error.message.includes('already in progress')
      if (name === 'NoSuchUpload' || isUnclear) return 'gone'
      if (name === 'InvalidPart' || name === 'InvalidPartOrder') return 'other-parts'
      if (name === 'EntityTooSmall') return 'too-small'
      throw explainFailure(error, this.name)
    }
  }

  async abortParts(key: string, uploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.name, Key: key, UploadId: uploadId })
    await this.#unless(['NoSuchUpload'], (abortSignal) => this.#client.send(command, { abortSignal }))
  }

  /** The ETags of the parts that are there, by number. */
  async parts(key: string, uploadId: string): Promise<Map<number, string>> {
    const etags = new Map<number, string>()
    let marker: string | undefined
    do {
      const command = new ListPartsCommand({
        Bucket: this.name,
        Key: key,
        UploadId: uploadId,
        PartNumberMarker: marker,
        MaxParts: this.#pageSize,
      })
      const page = await this.#unless(['NoSuchUpload', 'NoSuchKey'], (abortSignal) =>
        this.#client.send(command, { abortSignal }),
      )
      for (const { PartNumber: number, ETag: etag } of page?.Parts ?? []) {
        if (number !== undefined && etag !== undefined) etags.set(number, etag)
      }
      marker = page?.IsTruncated ? page.NextPartNumberMarker : undefined
    } while (marker !== undefined)
    return etags
  }

  /** The multipart uploads below a prefix. */
  async *begun(
    prefix: string,
  ): AsyncGenerator<{ readonly key: string; readonly uploadId: string }, void, undefined> {
    let markers: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } =
      {}
    for (;;) {
      const command = new ListMultipartUploadsCommand({
        Bucket: this.name,
        Prefix: prefix,
        MaxUploads: this.#pageSize,
        ...markers,
      })
      const page = await this.#send((abortSignal) => this.#client.send(command, { abortSignal }))
      for (const { Key: key, UploadId: uploadId } of page.Uploads ?? []) {
        if (key !== undefined && uploadId !== undefined) yield { key, uploadId }
      }
      if (!page.IsTruncated) return
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
  }

  #source(key: string): string {
    return `${this.name}/${key}`.split('/').map(encodeURIComponent).join('/')
  }

  async *#pages(
    input: { readonly Prefix: string; readonly Delimiter?: string; readonly StartAfter?: string | undefined },
    pageSize = this.#pageSize,
  ) {
    let token: string | undefined
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.name,
        MaxKeys: pageSize,
        ...input,
        ContinuationToken: token,
      })
      const page = await this.#send((abortSignal) => this.#client.send(command, { abortSignal }))
      yield page
      token = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  /** Undefined for failures of these names; `bytes` is how much is sent. */
  async #unless<T>(
    names: readonly string[],
    work: (signal: AbortSignal) => Promise<T>,
    bytes = 0,
  ): Promise<T | undefined> {
    try {
      return await this.#timed(work, this.#timeoutMs + (bytes / MiB) * SEND_MS_PER_MIB)
    } catch (error) {
      if (names.includes(failureName(error))) return undefined
      throw explainFailure(error, this.name)
    }
  }

  async #send<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#explained(() => this.#timed(work))
  }

  async #timed<T>(work: (signal: AbortSignal) => Promise<T>, timeoutMs = this.#timeoutMs): Promise<T> {
    const given = new AbortController()
    const stopTimer = this.#clock.setTimeout(() => given.abort(), timeoutMs)
    try {
      return await work(given.signal)
    } finally {
      stopTimer()
    }
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw explainFailure(error, this.name)
    }
  }
}
