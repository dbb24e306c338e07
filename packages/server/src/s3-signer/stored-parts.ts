import { ListPartsCommand, type S3Client } from '@aws-sdk/client-s3'
import type { UploadGrant } from './upload-token.ts'

/** A part the bucket has. */
export interface StoredPart {
  readonly number: number
  readonly size: number
  readonly etag: string
  /** Base64, where the store keeps it. */
  readonly sha256?: string
}

/**
 * Every part of a multipart upload, whatever the number of pages, of 1,000 parts unless the store or `pageSize` says
 * otherwise. Rejects with NoSuchUpload where there is none.
 */
export async function storedParts(
  client: S3Client,
  bucket: string,
  { key, uploadId }: Pick<UploadGrant, 'key' | 'uploadId'>,
  pageSize?: number,
): Promise<Map<number, StoredPart>> {
  const found = new Map<number, StoredPart>()
  let after: string | undefined
  for (;;) {
    const page = await client.send(
      new ListPartsCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        ...(after !== undefined && { PartNumberMarker: after }),
        ...(pageSize !== undefined && { MaxParts: pageSize }),
      }),
    )
    for (const { PartNumber: number, Size: size, ETag, ChecksumSHA256: sha256 } of page.Parts ?? []) {
      if (number === undefined || size === undefined || ETag === undefined) continue
      found.set(number, { number, size, etag: plainEtag(ETag), ...(sha256 !== undefined && { sha256 }) })
    }
    const next = page.NextPartNumberMarker
    if (!page.IsTruncated || next === undefined || next === after) return found
    after = next
  }
}

/** An ETag as it is compared: without quotes. */
export function plainEtag(etag: string): string {
  return etag.replace(/^(W\/)?"|"$/g, '')
}
