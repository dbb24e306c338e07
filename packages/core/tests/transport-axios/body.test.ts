import { createHash, randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import type { Body } from '../../src/ports/transport.ts'
import { echo, type Seen, seenIn } from './echo.ts'
import { loopback } from './loopback.ts'
import { requestTo } from './request.ts'
import { temporaryPath } from './temporary-path.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function sent(body?: Body, headers: Record<string, string> = {}): Promise<Seen> {
  const origin = await loopback(echo)
  const request = requestTo(origin, { headers, ...(body && { body }) })
  return seenIn(await axiosTransport().send(request))
}

describe('a blob body in Node', () => {
  it('arrives byte for byte, with its length', async () => {
    const bytes = randomBytes(3_000_001)
    const seen = await sent({ kind: 'blob', blob: new Blob([new Uint8Array(bytes)]) })
    expect(seen).toMatchObject({ size: 3_000_001, sha256: sha256(bytes) })
    expect(seen.headers['content-length']).toBe('3000001')
    expect(seen.headers['transfer-encoding']).toBeUndefined()
  })

  it('sends the slice and not the whole buffer under it', async () => {
    const view = new Uint8Array(1_048_576).fill(7).subarray(0, 10)
    const seen = await sent({ kind: 'blob', blob: new Blob([view]) })
    expect(seen.size).toBe(10)
  })

  it('sends a slice of a file on disk', async () => {
    const bytes = randomBytes(500_000)
    const path = await temporaryPath()
    await writeFile(path, bytes)
    const file = await openAsBlob(path)
    const seen = await sent({ kind: 'blob', blob: file.slice(100_000, 400_000) })
    expect(seen.sha256).toBe(sha256(bytes.subarray(100_000, 400_000)))
  })

  it('is never called a form', async () => {
    const seen = await sent({ kind: 'blob', blob: new Blob(['x']) })
    expect(seen.headers['content-type']).toBe('application/octet-stream')
  })

  it('goes by its own type where nothing else is said', async () => {
    const seen = await sent({ kind: 'blob', blob: new Blob(['x'], { type: 'image/png' }) })
    expect(seen.headers['content-type']).toBe('image/png')
  })

  it('goes by the type of the description rather than its own', async () => {
    const blob = new Blob(['x'], { type: 'image/png' })
    const seen = await sent({ kind: 'blob', blob, type: 'application/offset+octet-stream' })
    expect(seen.headers['content-type']).toBe('application/offset+octet-stream')
  })

  it('goes by a Content-Type header rather than anything else, whatever its case', async () => {
    const blob = new Blob(['x'], { type: 'image/png' })
    const seen = await sent({ kind: 'blob', blob, type: 'a/b' }, { 'content-TYPE': 'application/x-own' })
    expect(seen.headers['content-type']).toBe('application/x-own')
  })

  it('may be empty, and keeps its type and a length of 0', async () => {
    const seen = await sent({ kind: 'blob', blob: new Blob([]), type: 'application/x-own' })
    expect(seen.size).toBe(0)
    expect(seen.headers).toMatchObject({ 'content-length': '0', 'content-type': 'application/x-own' })
  })
})

describe('other bodies in Node', () => {
  it('sends JSON as JSON', async () => {
    const seen = await sent({ kind: 'json', value: { name: 'Grüße 😀', list: [1, null, true] } })
    expect(JSON.parse(Buffer.from(seen.bytes, 'latin1').toString())).toEqual({
      name: 'Grüße 😀',
      list: [1, null, true],
    })
    expect(seen.headers['content-type']).toBe('application/json')
  })

  it('lets a header name another kind of JSON', async () => {
    const seen = await sent({ kind: 'json', value: 1 }, { 'Content-Type': 'application/vnd.own+json' })
    expect(seen.headers['content-type']).toBe('application/vnd.own+json')
  })

  it('sends urlencoded entries in order, repeated names included', async () => {
    const entries = [
      ['b', '1 & 2'],
      ['a', 'ü'],
      ['b', '=?'],
    ] as const
    const seen = await sent({ kind: 'urlencoded', entries })
    expect(seen.bytes).toBe('b=1+%26+2&a=%C3%BC&b=%3D%3F')
    expect(seen.headers['content-type']).toBe('application/x-www-form-urlencoded')
  })

  it('names no type where there is no body, whatever the instance says by default', async () => {
    const origin = await loopback(echo)
    const http = axios.create({ headers: { 'Content-Type': 'application/json' } })
    const seen = seenIn(await axiosTransport(http).send(requestTo(origin)))
    expect(seen.headers['content-type']).toBeUndefined()
    expect(seen.size).toBe(0)
  })
})

describe('a form body in Node', () => {
  const entries = [
    { name: 'z', value: 'first' },
    { name: 'file', blob: new Blob(['one'], { type: 'text/plain' }), filename: 'a.txt' },
    { name: 'a', value: 'after' },
    { name: 'file', blob: new Blob(['two']), filename: 'b', type: 'image/png' },
    { name: 'file', blob: new Blob(['three']), filename: 'c' },
  ]

  function partsOf(seen: Seen): string[] {
    const boundary = /boundary=(.+)$/.exec(seen.headers['content-type'] ?? '')?.[1]
    if (!boundary) throw new Error(`No boundary in ${seen.headers['content-type']}`)
    const pieces = seen.bytes.split(`--${boundary}`)
    expect(pieces.at(-1)?.trim()).toBe('--')
    return pieces.slice(1, -1).map((piece) => piece.replace(/^\r\n|\r\n$/g, ''))
  }

  it('keeps the order, the file names and the types', async () => {
    expect(partsOf(await sent({ kind: 'form', entries }))).toEqual([
      'Content-Disposition: form-data; name="z"\r\n\r\nfirst',
      'Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\none',
      'Content-Disposition: form-data; name="a"\r\n\r\nafter',
      'Content-Disposition: form-data; name="file"; filename="b"\r\nContent-Type: image/png\r\n\r\ntwo',
      'Content-Disposition: form-data; name="file"; filename="c"\r\nContent-Type: application/octet-stream\r\n\r\nthree',
    ])
  })

  it('stays a form where the instance says JSON by default', async () => {
    const origin = await loopback(echo)
    const http = axios.create({ headers: { 'Content-Type': 'application/json' } })
    const request = requestTo(origin, { body: { kind: 'form', entries } })
    expect(partsOf(seenIn(await axiosTransport(http).send(request)))).toHaveLength(5)
  })

  it('escapes quotes and newlines in names as browsers do, replaces other control characters, and sends UTF-8', async () => {
    const parts = partsOf(
      await sent({
        kind: 'form',
        entries: [
          { name: 'a"b\nc', value: 'x' },
          { name: 'file', blob: new Blob(['x']), filename: 'q"uote\nnew\r\nline \u0000 ü 😀.txt' },
        ],
      }),
    )
    const utf8 = parts.map((part) => Buffer.from(part, 'latin1').toString())
    expect(utf8[0]).toContain('name="a%22b%0D%0Ac"')
    expect(utf8[1]).toContain('filename="q%22uote%0Anew%0D%0Aline _ ü 😀.txt"')
  })

  it('tells its length', async () => {
    const seen = await sent({ kind: 'form', entries })
    expect(seen.headers['content-length']).toBe(String(seen.size))
  })

  it('keeps its boundary where the instance uses fetch', async () => {
    const origin = await loopback(echo)
    const request = requestTo(origin, { body: { kind: 'form', entries }, onSent: () => undefined })
    const seen = seenIn(await axiosTransport(axios.create({ adapter: 'fetch' })).send(request))
    expect(partsOf(seen)).toHaveLength(5)
  })
})
