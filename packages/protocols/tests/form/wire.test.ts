import { describe, expect, it } from 'vitest'
import { formUpload } from '../../src/form/index.ts'
import { capture } from './capture.ts'
import { factsOf, rejectionOf, sendForm } from './send-form.ts'

const file = new Blob(['the content'])
const filePart =
  'Content-Disposition: form-data; name="file"; filename="file.txt"\r\nContent-Type: text/plain\r\n\r\nthe content'
const fieldPart = (name: string, value: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`

describe('formUpload on the wire', () => {
  it('posts the file alone, under the name file, where nothing else is said', async () => {
    const { origin, requests } = await capture()
    const sent = await sendForm(formUpload({ endpoint: `${origin}/upload?x=1` }), file)
    expect(sent).toEqual({ through: 11, result: '' })
    expect(requests).toMatchObject([{ method: 'POST', url: '/upload?x=1', parts: [filePart] }])
  })

  it('puts fields first, metadata next and the file last', async () => {
    const { origin, requests } = await capture()
    const protocol = formUpload({
      endpoint: origin,
      fields: { z: 'first', a: 2, b: true, c: null, d: undefined },
    })
    const metadata = {
      y: 'text',
      x: 0,
      w: false,
      list: [1],
      nested: { deep: true },
      nothing: null,
      gone: undefined,
    }
    await sendForm(protocol, file, factsOf(file, { metadata }))
    expect(requests[0]?.parts).toEqual([
      fieldPart('z', 'first'),
      fieldPart('a', '2'),
      fieldPart('b', 'true'),
      fieldPart('y', 'text'),
      fieldPart('x', '0'),
      fieldPart('w', 'false'),
      filePart,
    ])
  })

  it('lets a field stand for metadata of the same name', async () => {
    const { origin, requests } = await capture()
    const protocol = formUpload({ endpoint: origin, fields: { kind: 'field' } })
    await sendForm(protocol, file, factsOf(file, { metadata: { kind: 'metadata', other: 1 } }))
    expect(requests[0]?.parts).toEqual([fieldPart('kind', 'field'), fieldPart('other', '1'), filePart])
  })

  it('sends a list of pairs as it is, names twice included', async () => {
    const { origin, requests } = await capture()
    const fields = [
      ['tags[]', 'b'],
      ['2', 'kept before 1'],
      ['1', ''],
      ['tags[]', 'a'],
    ] as const
    await sendForm(formUpload({ endpoint: origin, fields }), file)
    expect(requests[0]?.parts.slice(0, -1)).toEqual([
      fieldPart('tags[]', 'b'),
      fieldPart('2', 'kept before 1'),
      fieldPart('1', ''),
      fieldPart('tags[]', 'a'),
    ])
  })

  it('asks functions for each file, and waits for them', async () => {
    const { origin, requests } = await capture()
    const protocol = formUpload<{ album: string }>({
      endpoint: origin,
      fields: async ({ path, size, metadata }) => ({ path, size, in: metadata.album }),
      headers: ({ uploadId }) => ({ 'Idempotency-Key': uploadId }),
    })
    const facts = factsOf(file, { path: 'a/b/file.txt', metadata: { album: 'summer' } })
    await sendForm(protocol, file, facts)
    expect(requests[0]?.parts.slice(0, 3)).toEqual([
      fieldPart('path', 'a/b/file.txt'),
      fieldPart('size', '11'),
      fieldPart('in', 'summer'),
    ])
    expect(requests[0]?.headers['idempotency-key']).toBe('u'.repeat(32))
  })

  it('takes another name, another method and other headers', async () => {
    const { origin, requests } = await capture()
    const protocol = formUpload({
      endpoint: origin,
      fieldName: 'user[avatar]',
      method: 'PUT',
      headers: { 'X-Own': 'yes' },
    })
    await sendForm(protocol, file)
    expect(requests[0]).toMatchObject({ method: 'PUT', headers: { 'x-own': 'yes' } })
    expect(requests[0]?.parts[0]).toContain('name="user[avatar]"; filename="file.txt"')
  })

  it('keeps its own Content-Type, whatever the headers say', async () => {
    const { origin, requests } = await capture()
    await sendForm(formUpload({ endpoint: origin, headers: { 'content-type': 'multipart/form-data' } }), file)
    expect(requests[0]?.parts).toEqual([filePart])
  })

  it('calls a file of no known type bytes, and a file of no name blob', async () => {
    const { origin, requests } = await capture()
    await sendForm(formUpload({ endpoint: origin }), file, factsOf(file, { type: '', name: '' }))
    expect(requests[0]?.parts).toEqual([
      'Content-Disposition: form-data; name="file"; filename="blob"\r\nContent-Type: application/octet-stream\r\n\r\nthe content',
    ])
  })

  it.each([
    ['a throwing function', () => Promise.reject(new Error('no album'))],
    ['an object as a value', () => ({ album: { id: 1 } }) as never],
  ])('fails with option-failed for %s, and sends nothing', async (_, fields) => {
    const { origin, requests } = await capture()
    const failure = await rejectionOf(sendForm(formUpload({ endpoint: origin, fields }), file))
    expect(failure).toMatchObject({ code: 'option-failed', retryable: false })
    expect(requests).toEqual([])
  })
})

describe('a form as a protocol', () => {
  it('is one chunk whatever its size, and whatever size is wanted', () => {
    const { plan, ...traits } = formUpload({ endpoint: '/' }).traits(factsOf(file))
    expect(plan(0)).toEqual({ size: 0, chunkSizeBytes: 1, count: 1 })
    expect(plan(50_000_000_000, 1_000_000)).toEqual({
      size: 50_000_000_000,
      chunkSizeBytes: 50_000_000_000,
      count: 1,
    })
    expect(traits).toEqual({ grain: 'chunk', knows: 'nothing', resultFrom: 'send' })
  })

  it('makes no request to open', async () => {
    const ctx = { request: () => Promise.reject(new Error('A request was made')) }
    expect(await formUpload({ endpoint: '/' }).open(ctx as never, {})).toEqual({ session: null })
  })
})
