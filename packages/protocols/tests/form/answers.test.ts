import { type FileFacts, type Protocol, UploadError } from '@lading/core/engine'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type FormResult, formUpload } from '../../src/form/index.ts'
import { bodyOf, loopback } from './loopback.ts'
import { rejectionOf, sendForm } from './send-form.ts'

const file = new Blob(['the content'])

async function answering(status: number, type: string, text: string): Promise<string> {
  return loopback(async (request, response) => {
    await bodyOf(request)
    response.writeHead(status, { ...(type && { 'content-type': type }), 'retry-after': '2' }).end(text)
  })
}

describe('the result of a form', () => {
  it.each([
    ['application/json', '{"id":7,"list":[1,null]}', { id: 7, list: [1, null] }],
    ['Application/JSON; charset=utf-8', '"text"', 'text'],
    ['application/vnd.api+json', '{"data":1}', { data: 1 }],
    ['text/json', '1', 1],
    ['application/json', '', null],
    ['text/plain', '{"not":"parsed"}', '{"not":"parsed"}'],
    ['text/html; charset=utf-8', '<p>json</p>', '<p>json</p>'],
    ['application/jsonlines', '1\n2', '1\n2'],
    ['', 'untyped', 'untyped'],
    ['', '', ''],
  ])('is read by the Content-Type: %s', async (type, text, result) => {
    const endpoint = await answering(200, type, text)
    expect((await sendForm(formUpload({ endpoint }), file)).result).toEqual(result)
  })

  it('is bad-response for garbage that says it is JSON', async () => {
    const endpoint = await answering(200, 'application/json', '<br />Warning: move_uploaded_file()')
    expect(await rejectionOf(sendForm(formUpload({ endpoint }), file))).toMatchObject({
      code: 'bad-response',
      retryable: false,
    })
  })

  it('is what parseResponse makes of the answer', async () => {
    const endpoint = await answering(201, 'application/json', '{"url":"/files/7"}')
    const protocol = formUpload({
      endpoint,
      parseResponse: async (reply) => ({ url: (reply.json() as { url: string }).url, status: reply.status }),
    })
    expect((await sendForm(protocol, file)).result).toEqual({ url: '/files/7', status: 201 })
  })

  it('may be nothing, and is there all the same', async () => {
    const endpoint = await answering(204, '', '')
    const sent = await sendForm(formUpload({ endpoint, parseResponse: () => undefined }), file)
    expect(sent).toEqual({ through: 11, result: undefined })
    expect('result' in sent).toBe(true)
  })

  it('is bad-response for HTML where parseResponse expects JSON', async () => {
    const endpoint = await answering(200, 'text/html', '<!doctype html><title>Log in</title>')
    const failure = await rejectionOf(
      sendForm(formUpload({ endpoint, parseResponse: (reply) => reply.json() }), file),
    )
    expect(failure).toMatchObject({ code: 'bad-response' })
  })

  it('is bad-response where parseResponse throws, and the error it throws where that is one of ours', async () => {
    const endpoint = await answering(200, '', '')
    const throwing = (thrown: Error) =>
      rejectionOf(
        sendForm(
          formUpload({
            endpoint,
            parseResponse: () => {
              throw thrown
            },
          }),
          file,
        ),
      )
    expect(await throwing(new TypeError('no id'))).toMatchObject({
      code: 'bad-response',
      cause: { name: 'TypeError', message: 'no id' },
    })
    const own = new UploadError('unprocessable')
    expect(await throwing(own)).toBe(own)
  })

  it.each([
    [401, 'unauthorized', false],
    [413, 'too-large', false],
    [422, 'unprocessable', false],
    [500, 'server-error', true],
    [503, 'server-error', true],
    [302, 'request-refused', false],
  ])('is an error for status %i, and nothing is parsed', async (status, code, retryable) => {
    const endpoint = await answering(status, 'application/json', '{"id":7}')
    let parsed = 0
    const protocol = formUpload({ endpoint, parseResponse: () => parsed++ })
    const failure = await rejectionOf(sendForm(protocol, file))
    expect(failure).toMatchObject({ code, retryable, status, retryAfterMs: 2000 })
    expect(parsed).toBe(0)
  })
})

describe('the types of a form', () => {
  it('flow from parseResponse to the result', () => {
    const typed = formUpload({ endpoint: '/', parseResponse: (reply) => ({ id: reply.status }) })
    expectTypeOf(typed).toEqualTypeOf<Protocol<null, { id: number }>>()
    const awaited = formUpload({ endpoint: '/', parseResponse: async (reply) => reply.text })
    expectTypeOf(awaited).toEqualTypeOf<Protocol<null, string>>()
    const plain = formUpload({ endpoint: '/' })
    expectTypeOf(plain).toEqualTypeOf<Protocol<null, FormResult>>()
  })

  it('flow from functions of the file to the metadata', () => {
    const protocol = formUpload({
      endpoint: '/',
      fields: ({ metadata }: FileFacts<{ album: string }>) => ({ album: metadata.album }),
    })
    expectTypeOf(protocol).toEqualTypeOf<Protocol<null, FormResult, { album: string }>>()
  })
})
