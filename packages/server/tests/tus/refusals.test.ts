import { describe, expect, it } from 'vitest'
import { sha256Hex, someBytes } from '../support/bytes.ts'
import { nothingLeftIn } from '../support/server-fixture.ts'
import { readProblem } from '../support/upload-client.ts'
import { idOf, locationOf, metadataHeader, offsetOf, startTus } from './support/tus-client.ts'

const MiB = 1024 * 1024
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('creating by tus', () => {
  it.each([
    ['no length', { 'Upload-Length': undefined, 'Upload-Metadata': 'a' }, 'Upload-Length'],
    ['a negative length', { 'Upload-Length': '-1' }, 'Upload-Length'],
    ['a length that is no number', { 'Upload-Length': 'ten' }, 'Upload-Length'],
    ['half a byte', { 'Upload-Length': '1.5' }, 'Upload-Length'],
    ['more bytes than can be counted', { 'Upload-Length': '9007199254740993' }, 'Upload-Length'],
    ['a length of a thousand digits', { 'Upload-Length': '1'.repeat(1000) }, 'Upload-Length'],
    ['a length in hex', { 'Upload-Length': '0x10' }, 'Upload-Length'],
    ['a length for later', { 'Upload-Length': undefined, 'Upload-Defer-Length': '1' }, 'Upload-Defer-Length'],
    ['a part of a concatenation', { 'Upload-Concat': 'partial' }, 'Upload-Concat'],
    ['a concatenation', { 'Upload-Length': undefined, 'Upload-Concat': 'final;/a /b' }, 'Upload-Concat'],
    ['metadata in no base64', { 'Upload-Metadata': 'filename a.b' }, 'Upload-Metadata'],
    ['metadata in bad base64', { 'Upload-Metadata': 'filename YQ' }, 'Upload-Metadata'],
    ['base64 with a space in it', { 'Upload-Metadata': 'filename YW Jj' }, 'Upload-Metadata'],
    ['base64 in the alphabet of URLs', { 'Upload-Metadata': 'filename _-8=' }, 'Upload-Metadata'],
    ['a key twice', { 'Upload-Metadata': 'a YQ==,a YQ==' }, 'Upload-Metadata'],
    ['a pair without a key', { 'Upload-Metadata': 'a YQ==,,b YQ==' }, 'Upload-Metadata'],
    ['two spaces', { 'Upload-Metadata': 'a  YQ==' }, 'Upload-Metadata'],
    ['a value that is not text', { 'Upload-Metadata': 'filename //79' }, 'Upload-Metadata'],
    ['a type of 256 characters', { 'Upload-Metadata': `filetype ${base64('a'.repeat(256))}` }, 'type'],
    ['a name of 2,049 bytes', { 'Upload-Metadata': `filename ${base64('a'.repeat(2049))}` }, 'name'],
  ])('is refused with %s', async (_what, headers, field) => {
    const { tus, dir } = await startTus()
    const response = await tus.create(10, headers)
    expect(response.headers.get('tus-resumable')).toBe('1.0.0')
    expect((await readProblem(response, 400, 'invalid-request')).field).toBe(field)
    await nothingLeftIn(dir)
  })

  it('is refused over the limits', async () => {
    const { tus, dir } = await startTus({ limits: { maxFileSizeBytes: 5000, maxMetadataBytes: 20 } })
    await readProblem(await tus.create(5001), 413, 'file-too-large')
    await readProblem(await tus.createWith(5001, someBytes(5)), 413, 'file-too-large')
    await readProblem(await tus.createWith(5, someBytes(6)), 413, 'body-too-large')
    const much = metadataHeader({ filename: 'a', a: 'twelve bytes.' })
    await readProblem(await tus.create(1, { 'Upload-Metadata': much }), 413, 'metadata-too-large')
    await nothingLeftIn(dir)
  })

  it('counts the uploads that are open', async () => {
    const { tus } = await startTus({ limits: { maxOpenUploads: 1 } })
    await tus.created(10)
    await readProblem(await tus.create(10), 429, 'too-many-uploads')
  })

  it('takes metadata as the specification has them', async () => {
    const { tus, native } = await startTus()
    const metadata = [
      `filename ${base64('../../etc/passwd\r\nX: y')}`,
      'flag',
      'empty ',
      `__proto__ ${base64('x')}`,
      `filetype ${base64('text/plain')}`,
    ].join(', ')
    const response = await tus.createWith(1, someBytes(1), { 'Upload-Metadata': metadata })
    expect(response.status).toBe(201)
    const file = await native.file(idOf(locationOf(response)))
    expect(file.headers.get('content-type')).toBe('text/plain')
    expect(file.headers.get('content-disposition')).not.toMatch(/[/\r\n]/)
  })

  it('is refused with a body of another type', async () => {
    const { tus } = await startTus()
    const other = { 'Content-Type': 'application/octet-stream' }
    await readProblem(await tus.createWith(5, someBytes(5), other), 415, 'unsupported-media-type')
  })

  it('keeps nothing of an upload whose first bytes were refused', async () => {
    const { tus, dir } = await startTus()
    const wrong = { 'Upload-Checksum': `sha1 ${Buffer.alloc(20).toString('base64')}` }
    await readProblem(await tus.createWith(10, someBytes(5), wrong), 460, 'checksum-mismatch')
    await readProblem(await tus.createWith(5, someBytes(5), wrong), 460, 'checksum-mismatch')
    await nothingLeftIn(dir)
  })
})

describe('another version of tus', () => {
  it.each([
    ['is refused', { 'Tus-Resumable': '0.2.2' }],
    ['is suspected where none is said', { 'Tus-Resumable': undefined }],
  ])('%s, and the one spoken is named', async (_what, headers) => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    for (const response of [
      await tus.create(10, headers),
      await tus.patch(path, 0, someBytes(10), headers),
      ...(headers['Tus-Resumable'] ? [await tus.head(path, headers), await tus.delete(path, headers)] : []),
    ]) {
      expect(response.status).toBe(412)
      expect(response.headers.get('tus-version')).toBe('1.0.0')
    }
    expect(await tus.offset(path)).toBe(0)
  })
})

describe('sending by tus', () => {
  it.each([
    ['missing', undefined],
    ['negative', '-1'],
    ['no number', 'x'],
    ['empty', ''],
    ['too large to count', '99999999999999999999'],
  ])('is refused with an offset that is %s', async (_what, offset) => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    await readProblem(
      await tus.patch(path, 0, someBytes(10), { 'Upload-Offset': offset }),
      400,
      'invalid-offset',
    )
    expect(await tus.offset(path)).toBe(0)
  })

  it('is refused anywhere but where it goes on, also at the start of a chunk', async () => {
    const { tus, native } = await startTus()
    const file = someBytes(17 * MiB)
    const path = await tus.created(file.byteLength)
    await tus.sent(path, 0, file.slice(0, 8 * MiB + 100))
    for (const offset of [0, 8 * MiB, 8 * MiB + 99, 8 * MiB + 101, 16 * MiB, 17 * MiB, 18 * MiB]) {
      const response = await tus.patch(path, offset, file.slice(offset, offset + 8 * MiB))
      expect(offsetOf(response)).toBe(8 * MiB + 100)
      await readProblem(response, 409, 'offset-conflict')
    }
    expect(await tus.sent(path, 8 * MiB + 100, file.slice(8 * MiB + 100))).toBe(file.byteLength)
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
    await readProblem(await tus.patch(path, 0, file.slice(0, 10)), 409, 'offset-conflict')
    await readProblem(await tus.patch(path, file.byteLength, file.slice(0, 10)), 413, 'body-too-large')
  })

  it('is refused past the end of the file, before anything is written', async () => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    const problem = await readProblem(await tus.patch(path, 0, someBytes(11)), 413, 'body-too-large')
    expect(problem.limit).toBe(10)
    await tus.sent(path, 0, someBytes(4))
    await readProblem(await tus.patch(path, 4, someBytes(7)), 413, 'body-too-large')
    expect(await tus.offset(path)).toBe(4)
  })

  it('is refused with another content type', async () => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    for (const type of ['application/octet-stream', 'text/plain', undefined]) {
      const response = await tus.patch(path, 0, someBytes(10), { 'Content-Type': type })
      await readProblem(response, 415, 'unsupported-media-type')
    }
  })

  it('changes nothing when nothing is sent', async () => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    expect(await tus.sent(path, 0, new Uint8Array())).toBe(0)
    await tus.sent(path, 0, someBytes(4))
    expect(await tus.sent(path, 4, new Uint8Array())).toBe(4)
    await readProblem(await tus.patch(path, 3, new Uint8Array()), 409, 'offset-conflict')
  })

  it('goes nowhere without an upload', async () => {
    const { tus } = await startTus()
    for (const path of [`/uploads/${'0'.repeat(33)}`, '/uploads/nothing']) {
      await readProblem(await tus.patch(path, 0, someBytes(1)), 404, 'upload-not-found')
      expect((await tus.head(path)).status).toBe(404)
      expect((await tus.head(path)).headers.get('upload-offset')).toBeNull()
      await readProblem(await tus.delete(path), 404, 'upload-not-found')
    }
    await readProblem(await tus.request('PATCH', '/uploads'), 405, 'method-not-allowed')
    await readProblem(await tus.request('POST', `/uploads/${'0'.repeat(33)}`), 405, 'method-not-allowed')
  })
})
