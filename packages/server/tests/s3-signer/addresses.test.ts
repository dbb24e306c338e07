import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { create, describeFile, signerOf } from './support.ts'

const secret = 'a secret of sixteen'
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'hush' }

async function signedBy(
  client: S3Client,
  bucket = 'photos',
): Promise<{ signed: URL; url: string; headers: object }> {
  const { ask } = signerOf({ bucket, client, secret, checksum: false, keyFor: () => 'a b/ü+&=?#(1)!.jpg' })
  const { signed, url } = await create(ask, describeFile(1000))
  if (!signed) throw new Error('Nothing was signed')
  return { signed: new URL(signed.url), url, headers: signed.headers }
}

describe('what is signed without a store being asked', () => {
  it('is for the address of the bucket in its region, whatever the key', async () => {
    const { signed, url } = await signedBy(new S3Client({ region: 'eu-central-1', credentials }))
    const place = 'https://photos.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC%2B%26%3D%3F%23%281%29%21.jpg'
    expect(signed.origin + signed.pathname).toBe(place)
    expect(url).toBe(place)
    expect(Object.fromEntries(signed.searchParams)).toMatchObject({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': expect.stringMatching(/^AKIAEXAMPLE\/\d{8}\/eu-central-1\/s3\/aws4_request$/),
      'X-Amz-Expires': '900',
      'X-Amz-SignedHeaders': 'content-length;content-type;host;x-amz-meta-lading-upload',
    })
  })

  it('is for a name with dots, and for an endpoint with a path, as the client has it', async () => {
    const dotted = await signedBy(new S3Client({ region: 'eu-central-1', credentials }), 'my.photos')
    expect(dotted.url).toMatch(/^https:\/\/s3\.eu-central-1\.amazonaws\.com\/my\.photos\//)
    const behind = new S3Client({
      region: 'auto',
      endpoint: 'https://store.example:8443/s3',
      forcePathStyle: true,
      credentials,
    })
    expect((await signedBy(behind)).url).toMatch(/^https:\/\/store\.example:8443\/s3\/photos\/a%20b\//)
  })

  it('carries the token of temporary credentials, and never a secret', async () => {
    const temporary = { ...credentials, sessionToken: 'for a while' }
    const { signed, headers } = await signedBy(new S3Client({ region: 'us-east-1', credentials: temporary }))
    expect(signed.searchParams.get('X-Amz-Security-Token')).toBe('for a while')
    expect(JSON.stringify([signed.href, headers])).not.toContain('hush')
    expect(Object.keys(headers).sort()).toEqual(['content-type', 'x-amz-meta-lading-upload'])
  })

  it('has the address that the app says, where it says one', async () => {
    const client = new S3Client({ region: 'us-east-1', credentials })
    const urlFor = (key: string): string => `https://cdn.example/${key}`
    const { ask } = signerOf({
      bucket: 'photos',
      client,
      secret,
      checksum: false,
      urlFor,
      keyFor: () => 'one',
    })
    expect((await create(ask, describeFile(1000))).url).toBe('https://cdn.example/one')
  })
})
