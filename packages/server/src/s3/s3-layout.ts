import { createHash } from 'node:crypto'
import { identityText } from '../chunk-ledger.ts'
import { isId } from '../upload-id.ts'
import type { WireIdentity } from '../wire.ts'

const INDEX_DIGITS = 5
// 128 bits.
const SEGMENT_DIGEST_DIGITS = 32

/**
 * What things are called in the bucket, all of it below one prefix:
 *
 * - `uploads/<id>/record.json`: an open upload;
 * - `uploads/<id>/chunk-<index>-<place>`: the log of a chunk, what of it has landed and what no longer;
 * - `uploads/<id>/fate-<place>`: the log of what becomes of the upload;
 * - `uploads/<id>/partial-<index>/…`: prefixes of chunks that have not landed;
 * - `content/<id>/…`: the bytes of a file, as one object or as one for each chunk;
 * - `files/<id>.json`: a published file;
 * - `keys/<digest>-<place>`: the log of an Idempotency-Key;
 * - `open/<digest of the owner>/<id>`: there to be counted;
 * - `contents/<digest of the owner>/<digest of the identity>/<id>`: says of a file what it holds;
 * - `removed/<id>`: a file on its way out.
 */
export class S3Layout {
  readonly prefix: string

  constructor(prefix: string) {
    this.prefix = prefix
  }

  /** Written twice at each start, to see the second one refused. */
  get test(): string {
    return `${this.prefix}written-once`
  }

  /** There when a server has taken on the long sweep of a day. */
  swept(day: number): string {
    return `${this.prefix}swept/${day}`
  }

  get uploads(): string {
    return `${this.prefix}uploads/`
  }

  get contents(): string {
    return `${this.prefix}content/`
  }

  get files(): string {
    return `${this.prefix}files/`
  }

  get keys(): string {
    return `${this.prefix}keys/`
  }

  get removals(): string {
    return `${this.prefix}removed/`
  }

  upload(id: string): string {
    return `${this.uploads}${id}/`
  }

  record(id: string): string {
    return `${this.upload(id)}record.json`
  }

  fate(id: string): string {
    return `${this.upload(id)}fate`
  }

  chunks(id: string): string {
    return `${this.upload(id)}chunk-`
  }

  chunk(id: string, index: number): string {
    return `${this.chunks(id)}${padIndex(index)}`
  }

  partials(id: string): string {
    return `${this.upload(id)}partial-`
  }

  partial(id: string, index: number): string {
    return `${this.partials(id)}${padIndex(index)}/`
  }

  content(id: string): string {
    return `${this.contents}${id}/`
  }

  /** The one object of a file that came as a multipart upload. */
  object(id: string): string {
    return `${this.content(id)}whole`
  }

  file(id: string): string {
    return `${this.files}${id}.json`
  }

  removal(id: string): string {
    return `${this.removals}${id}`
  }

  /** Where it is said which files of an owner hold some content. */
  holders(owner: string, digest: WireIdentity): string {
    return `${this.prefix}contents/${digestOf(owner)}/${digestOf(identityText(digest))}/`
  }

  key(owner: string | undefined, key: string): string {
    return `${this.keys}${digestOf(JSON.stringify([owner ?? null, key]))}`
  }

  /** Of one owner, or of all. */
  open({ owner }: { readonly owner?: string }): string {
    return owner === undefined ? `${this.prefix}open/` : `${this.prefix}open/${digestOf(owner)}/`
  }

  openMark(owner: string | undefined, id: string): string {
    // A slash is in no digest, so nobody is mistaken for anybody.
    return owner === undefined ? `${this.prefix}open/anybody/${id}` : `${this.open({ owner })}${id}`
  }
}

/** The id in a name below a folder of ids; undefined if there is none. */
export function idIn(name: string, folder: string): string | undefined {
  const id = name.slice(folder.length).replace(/[./].*$/s, '')
  return name.startsWith(folder) && isId(id) ? id : undefined
}

/** What the object of a chunk is called: by its place and its content, so that other bytes never take its name. */
export function segmentName(index: number, sha256: string): string {
  return `${padIndex(index)}-${sha256.slice(0, SEGMENT_DIGEST_DIGITS)}`
}

/** An index such that names are in the order of chunks. */
function padIndex(index: number): string {
  return String(index).padStart(INDEX_DIGITS, '0')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
