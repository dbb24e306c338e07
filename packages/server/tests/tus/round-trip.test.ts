import { describe, expect, it } from 'vitest'
import type { Completed } from '../../src/index.ts'
import { identityOf, sha256Hex, someBytes } from '../support/bytes.ts'
import { nothingLeftIn } from '../support/server-fixture.ts'
import { idOf, locationOf, metadataHeader, offsetOf, startTus } from './support/tus-client.ts'

const MiB = 1024 * 1024

describe('an upload by tus', () => {
  it('becomes a file with its last byte, and says where that is', async () => {
    const completed: Completed[] = []
    const { tus, native } = await startTus({ onComplete: (one) => void completed.push(one) })
    const file = someBytes(20 * MiB + 5)
    const said = { filename: 'größe.bin', filetype: 'image/png', album: '7' }
    const path = await tus.created(file.byteLength, { 'Upload-Metadata': metadataHeader(said) })
    expect(await tus.sent(path, 0, file.slice(0, 3 * MiB))).toBe(3 * MiB)
    expect(await tus.sent(path, 3 * MiB, file.slice(3 * MiB, 19 * MiB))).toBe(19 * MiB)
    expect(completed).toEqual([])
    const last = await tus.patch(path, 19 * MiB, file.slice(19 * MiB))
    expect(last.status).toBe(204)
    expect(offsetOf(last)).toBe(file.byteLength)
    const url = `/uploads/files/${idOf(path)}`
    expect(last.headers.get('lading-result')).toBe(url)
    expect(last.headers.get('upload-expires')).toBeNull()
    expect(sha256Hex(await native.bytes(idOf(path)))).toBe(sha256Hex(file))
    expect(completed).toEqual([
      {
        result: {
          id: idOf(path),
          name: 'größe.bin',
          type: 'image/png',
          size: file.byteLength,
          digest: identityOf(file, 8 * MiB),
          url,
        },
        metadata: { album: '7' },
      },
    ])
  })

  it('tells its offset, length, metadata and expiry, and is not cached', async () => {
    const { tus } = await startTus()
    const metadata = `${metadataHeader({ b: '1', filename: 'a' })},flag`
    const response = await tus.create(1000, { 'Upload-Metadata': metadata })
    expect(response.status).toBe(201)
    expect(response.headers.get('tus-resumable')).toBe('1.0.0')
    expect(Date.parse(response.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now())
    const path = locationOf(response)
    expect(path).toMatch(/^\/uploads\/[0-9a-z]{33}$/)
    await tus.sent(path, 0, someBytes(300))
    const head = await tus.head(path)
    expect(head.status).toBe(200)
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'upload-offset': '300',
      'upload-length': '1000',
      'upload-metadata': metadata,
      'cache-control': 'no-store',
    })
    expect(Date.parse(head.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now())
  })

  it('still tells where the file is when the answer to the last byte was lost', async () => {
    const { tus } = await startTus()
    const path = await tus.created(10)
    await tus.sent(path, 0, someBytes(10))
    const head = await tus.head(path)
    expect(offsetOf(head)).toBe(10)
    expect(head.headers.get('upload-length')).toBe('10')
    expect(head.headers.get('lading-result')).toBe(`/uploads/files/${idOf(path)}`)
    const nothing = await tus.patch(path, 10, new Uint8Array())
    expect(nothing.status).toBe(204)
    expect(nothing.headers.get('lading-result')).toBe(`/uploads/files/${idOf(path)}`)
  })

  it('names the file at the public address where there is one', async () => {
    const { tus } = await startTus({ publicUrl: 'https://cdn.example/up' })
    const path = await tus.created(1)
    const last = await tus.patch(path, 0, someBytes(1))
    expect(last.headers.get('lading-result')).toBe(`https://cdn.example/up/files/${idOf(path)}`)
  })

  it('is complete at once when it is empty', async () => {
    const { tus, native } = await startTus()
    const response = await tus.create(0, { 'Upload-Metadata': metadataHeader({ filename: 'empty' }) })
    expect(response.status).toBe(201)
    expect(offsetOf(response)).toBe(0)
    const id = idOf(locationOf(response))
    expect(response.headers.get('lading-result')).toBe(`/uploads/files/${id}`)
    expect((await native.bytes(id)).byteLength).toBe(0)
    expect(await tus.offset(locationOf(response))).toBe(0)
  })

  it('can bring its first bytes along, or all of them', async () => {
    const { tus, native } = await startTus()
    const file = someBytes(9 * MiB)
    const some = await tus.createWith(file.byteLength, file.slice(0, 100))
    expect(some.status).toBe(201)
    expect(offsetOf(some)).toBe(100)
    expect(await tus.sent(locationOf(some), 100, file.slice(100))).toBe(file.byteLength)
    expect(sha256Hex(await native.bytes(idOf(locationOf(some))))).toBe(sha256Hex(file))
    for (const whole of [file, file.slice(0, 1000)]) {
      const all = await tus.createWith(whole.byteLength, whole)
      expect(all.status).toBe(201)
      expect(offsetOf(all)).toBe(whole.byteLength)
      expect(all.headers.get('lading-result')).toBe(`/uploads/files/${idOf(locationOf(all))}`)
      expect(sha256Hex(await native.bytes(idOf(locationOf(all))))).toBe(sha256Hex(whole))
    }
  })

  it('is dropped on demand, and so is the file it has become', async () => {
    const { tus, native, dir } = await startTus()
    const open = await tus.created(10)
    expect((await tus.delete(open)).status).toBe(204)
    expect((await tus.head(open)).status).toBe(410)
    expect((await tus.delete(open)).status).toBe(410)
    const done = locationOf(await tus.createWith(10, someBytes(10)))
    expect((await tus.delete(done)).status).toBe(204)
    expect((await tus.head(done)).status).toBe(404)
    expect((await native.file(idOf(done))).status).toBe(404)
    await nothingLeftIn(dir)
  })

  it('takes PATCH and DELETE by POST from clients that can send nothing else', async () => {
    const { tus, native } = await startTus()
    const path = await tus.created(4)
    const headers = {
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': '0',
      'X-HTTP-Method-Override': 'PATCH',
    }
    expect((await tus.request('POST', path, headers, someBytes(4))).status).toBe(204)
    expect(await native.bytes(idOf(path))).toEqual(someBytes(4))
    expect((await tus.request('POST', path, { 'X-HTTP-Method-Override': 'delete' })).status).toBe(204)
    expect((await tus.head(path)).status).toBe(404)
  })

  it('says what it speaks when asked', async () => {
    const { tus, client } = await startTus({ limits: { maxFileSizeBytes: 5000 } })
    const path = await tus.created(10)
    for (const [where, status] of [
      ['/uploads', 200],
      [path, 204],
    ] as const) {
      const response = await client.send(where, { method: 'OPTIONS', headers: { 'Tus-Resumable': '0.2.2' } })
      expect(response.status).toBe(status)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'tus-resumable': '1.0.0',
        'tus-version': '1.0.0',
        'tus-extension': 'creation,creation-with-upload,expiration,termination,checksum',
        'tus-max-size': '5000',
        'tus-checksum-algorithm': 'sha256,sha1,md5',
      })
    }
  })

  it('is unknown to a server that was not told to speak tus', async () => {
    const { tus, client } = await startTus({ tus: false })
    expect((await tus.create(10)).status).toBe(415)
    const response = await client.send('/uploads', { method: 'OPTIONS', headers: {} })
    expect(response.headers.get('tus-version')).toBeNull()
  })
})
