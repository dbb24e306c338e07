import axios from 'axios'
import { beforeAll, describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import type { Body } from '../../src/ports/transport.ts'
import { rejectionOf, requestTo } from './request.ts'

// what ./echo.ts answers; it imports Node and cannot be imported here
interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly size: number
  readonly sha256: string
  readonly bytes: string
}

const seenIn = (answer: { readonly text: string }): Seen => JSON.parse(answer.text) as Seen

async function sent(body: Body, headers: Record<string, string> = {}): Promise<Seen> {
  return seenIn(await axiosTransport().send(requestTo('/echo', { body, headers })))
}

async function sha256(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function randomBlob(size: number): Blob {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return new Blob([bytes])
}

let elsewhere = ''
beforeAll(async () => {
  elsewhere = await (await fetch('/echo/elsewhere')).text()
})

describe('a body in Chromium', () => {
  it('sends a slice byte for byte, under the type it is said to be', async () => {
    const file = new File([randomBlob(3_000_001)], 'file.png', { type: 'image/png' })
    const slice = file.slice(1_000_000, 2_500_001)
    const seen = await sent({ kind: 'blob', blob: slice, type: 'application/x-own' })
    expect(seen).toMatchObject({ size: 1_500_001, sha256: await sha256(slice) })
    expect(seen.headers).toMatchObject({ 'content-type': 'application/x-own', 'content-length': '1500001' })
  })

  it('goes by a type of bytes where nothing else is known, never by that of a form', async () => {
    const seen = await sent({ kind: 'blob', blob: new Blob(['x']) })
    expect(seen.headers['content-type']).toBe('application/octet-stream')
  })

  it('may be empty', async () => {
    const seen = await sent({ kind: 'blob', blob: new Blob([]), type: 'application/x-own' })
    expect(seen.size).toBe(0)
    expect(seen.headers).toMatchObject({ 'content-length': '0', 'content-type': 'application/x-own' })
  })

  it('keeps the order, names, types and escapes of a form', async () => {
    const entries = [
      { name: 'z', value: 'first' },
      { name: 'file', blob: new Blob(['one']), filename: 'q"uote\nnew\r\nline ü 😀.txt', type: 'text/plain' },
      { name: 'a"b\nc', value: 'after' },
    ]
    const seen = await sent({ kind: 'form', entries })
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(seen.headers['content-type'] ?? '')?.[1]
    const utf8 = new TextDecoder().decode(Uint8Array.from(seen.bytes, (char) => char.charCodeAt(0)))
    expect(utf8.split(`--${boundary}`).slice(1, -1)).toEqual([
      '\r\nContent-Disposition: form-data; name="z"\r\n\r\nfirst\r\n',
      '\r\nContent-Disposition: form-data; name="file"; filename="q%22uote%0Anew%0D%0Aline ü 😀.txt"\r\n' +
        'Content-Type: text/plain\r\n\r\none\r\n',
      '\r\nContent-Disposition: form-data; name="a%22b%0D%0Ac"\r\n\r\nafter\r\n',
    ])
  })

  it('names JSON and urlencoded entries as in Node', async () => {
    const json = await sent({ kind: 'json', value: { name: 'ü' } })
    expect(json.headers['content-type']).toBe('application/json')
    const urlencoded = await sent({ kind: 'urlencoded', entries: [['a', 'ü b']] })
    expect(urlencoded.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(urlencoded.bytes).toBe('a=%C3%BC+b')
  })

  it('names no type where there is none', async () => {
    const http = axios.create({ headers: { 'Content-Type': 'application/json' } })
    const seen = seenIn(await axiosTransport(http).send(requestTo('/echo')))
    expect(seen.headers['content-type']).toBeUndefined()
  })
})

describe('progress in Chromium', () => {
  it('rises to the length of the body', async () => {
    const progress: number[] = []
    const body = { kind: 'blob', blob: randomBlob(5_000_000) } as const
    await axiosTransport().send(requestTo('/echo', { body, onSent: (bytes) => progress.push(bytes) }))
    expect(progress.at(-1)).toBe(5_000_000)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  })

  it('is left out for an instance that uses fetch, which could not send at all with it', async () => {
    const progress: number[] = []
    const http = axios.create({ adapter: 'fetch' })
    const body = { kind: 'blob', blob: randomBlob(1_000_000) } as const
    const request = requestTo('/echo', { body, onSent: (bytes) => progress.push(bytes) })
    expect(seenIn(await axiosTransport(http).send(request))).toMatchObject({ size: 1_000_000 })
    expect(progress).toEqual([])
  })
})

describe('an answer in Chromium', () => {
  it.each([200, 401, 413, 503])('of status %i comes back', async (status) => {
    const answer = await axiosTransport().send(requestTo(`/echo/status?is=${status}`))
    expect(answer).toMatchObject({ status, text: 'text', url: `${location.origin}/echo/status?is=${status}` })
    expect(answer.header('x-told')).toBe('yes')
  })

  it('tells headers of another origin only where that origin allows it', async () => {
    const answer = await axiosTransport().send(requestTo(`${elsewhere}/echo/status?is=200`))
    expect(answer.header('X-Told')).toBe('yes')
    expect(answer.header('X-Hidden')).toBeNull()
  })

  it('comes from where a redirect led to', async () => {
    const body = { kind: 'blob', blob: new Blob(['content']) } as const
    const answer = await axiosTransport().send(requestTo('/echo/redirect', { body }))
    expect(answer).toMatchObject({ status: 200, url: `${location.origin}/echo?redirected` })
    expect(seenIn(answer)).toMatchObject({ method: 'POST', bytes: 'content' })
  })

  it('comes through a redirect by fetch as well', async () => {
    const body = { kind: 'blob', blob: new Blob(['content']) } as const
    const http = axios.create({ adapter: 'fetch' })
    const answer = await axiosTransport(http).send(requestTo('/echo/redirect', { body }))
    expect(seenIn(answer)).toMatchObject({ url: '/echo?redirected', bytes: 'content' })
  })

  it.each([
    ['breaks off', () => '/echo/cut'],
    ['is not meant for this page', () => `${elsewhere}/echo/closed-off`],
    ['never comes since nobody listens', () => 'http://127.0.0.1:9/'],
  ])('that %s is a network error', async (_, url) => {
    const failure = await rejectionOf(axiosTransport().send(requestTo(url())))
    expect(failure).toMatchObject({ code: 'network', retryable: true })
  })

  it('is not waited for again where the URL is none', async () => {
    const failure = await rejectionOf(axiosTransport().send(requestTo('http://')))
    expect(failure).toMatchObject({ code: 'option-failed', retryable: false })
  })
})

describe('a request in Chromium', () => {
  it('that is called off lets go of the connection, mid-body', async () => {
    const controller = new AbortController()
    const letGo = fetch('/echo/let-go?id=abort')
    const body = { kind: 'blob', blob: randomBlob(5_000_000) } as const
    const sending = axiosTransport().send(
      requestTo('/echo/hold?id=abort', {
        body,
        signal: controller.signal,
        onSent: (bytes) => bytes > 0 && controller.abort(),
      }),
    )
    expect(await rejectionOf(sending)).toMatchObject({ code: 'aborted', retryable: false })
    expect(await (await letGo).text()).toBe('let go')
  })

  it('is repeated, body and all, by an interceptor that refreshes a token', async () => {
    let token = ''
    const http = axios.create()
    http.interceptors.request.use((config) => {
      config.headers.set('Authorization', `Bearer ${token}`)
      if (!token) config.url = '/echo/status?is=401'
      return config
    })
    http.interceptors.response.use(undefined, (error: unknown) => {
      if (!axios.isAxiosError(error) || !error.config) throw error
      token = 'new'
      return http({ ...error.config, url: '/echo' })
    })
    const body = { kind: 'blob', blob: new Blob(['content']), type: 'application/x-own' } as const
    const answer = await axiosTransport(http).send(requestTo('/echo', { body, onSent: () => undefined }))
    expect(seenIn(answer)).toMatchObject({
      bytes: 'content',
      headers: { authorization: 'Bearer new', 'content-type': 'application/x-own' },
    })
  })

  it('carries the XSRF token of the app, and never without credentials', async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: axios reads it there
    document.cookie = 'XSRF-TOKEN=token; path=/'
    const app = seenIn(await axiosTransport().send(requestTo('/echo')))
    expect(app.headers['x-xsrf-token']).toBe('token')
    const none = seenIn(await axiosTransport().send(requestTo('/echo', { credentials: 'none' })))
    expect(none.headers['x-xsrf-token']).toBeUndefined()
  })

  it('carries nothing of the app to another origin without credentials', async () => {
    const http = axios.create({ headers: { Authorization: 'Bearer s3cret' }, withCredentials: true })
    const body = { kind: 'blob', blob: new Blob(['part']) } as const
    const request = requestTo(`${elsewhere}/echo`, { credentials: 'none', body, onSent: () => undefined })
    const seen = seenIn(await axiosTransport(http).send(request))
    expect(seen.bytes).toBe('part')
    expect(seen.headers['authorization']).toBeUndefined()
    expect(seen.headers['cookie']).toBeUndefined()
  })
})
