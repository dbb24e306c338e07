import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { inspect } from 'node:util'
import axios, { AxiosError } from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import { isUploadError } from '../../src/errors/upload-error.ts'
import { loopback } from './loopback.ts'
import { rejectionOf, requestTo } from './request.ts'
import { temporaryPath } from './temporary-path.ts'

const bytes = { kind: 'blob', blob: new Blob([new Uint8Array(200_000)]) } as const

async function deadOrigin(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

describe('a request that gets no answer in Node', () => {
  it('is a network error where nobody listens', async () => {
    const failure = await rejectionOf(axiosTransport().send(requestTo(await deadOrigin(), { body: bytes })))
    expect(failure).toMatchObject({
      code: 'network',
      retryable: true,
      message: 'No answer came (ECONNREFUSED)',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('is a network error where the connection is cut', async () => {
    const origin = await loopback((request) => void request.once('data', () => request.destroy()))
    const failure = await rejectionOf(axiosTransport().send(requestTo(origin, { body: bytes })))
    expect(failure).toMatchObject({ code: 'network', retryable: true })
  })

  it('is a timeout where an interceptor has set one', async () => {
    const origin = await loopback(() => undefined)
    const http = axios.create()
    http.interceptors.request.use((config) => ({ ...config, timeout: 30 }))
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(origin, { body: bytes })))
    expect(failure).toMatchObject({ code: 'timeout', retryable: true })
  })

  it('says that the file is gone rather than the network', async () => {
    const path = await temporaryPath()
    await writeFile(path, 'before')
    const blob = await openAsBlob(path)
    await writeFile(path, 'longer than before')
    const origin = await loopback((request) => void request.resume())
    const failure = await rejectionOf(
      axiosTransport().send(requestTo(origin, { body: { kind: 'blob', blob } })),
    )
    expect(failure).toMatchObject({ code: 'file-unreadable', retryable: false })
  })

  it.each([
    ['a relative URL without a base URL', axios.create(), '/uploads'],
    ['a URL that is none', axios.create(), 'http://'],
    ['a protocol nobody speaks', axios.create(), 'gopher://localhost/'],
    ['an adapter that is not there', axios.create({ adapter: 'xhr' }), 'http://localhost/'],
  ])('is not tried again for %s', async (_, http, url) => {
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(url, { body: bytes })))
    expect(failure).toMatchObject({ code: 'option-failed', retryable: false })
  })

  it('refuses a header value that axios would quietly cut', async () => {
    const origin = await loopback((_, response) => void response.end())
    for (const value of ['a😀b', 'two\nlines', 'nul\u0000']) {
      const failure = await rejectionOf(
        axiosTransport().send(requestTo(origin, { headers: { 'X-Name': value } })),
      )
      expect(failure).toMatchObject({ code: 'option-failed' })
      expect(String(failure)).toContain('X-Name')
    }
    const answer = await axiosTransport().send(requestTo(origin, { headers: { 'X-Name': 'tab\t, é, ~' } }))
    expect(answer.status).toBe(200)
  })
})

describe('a request that is called off in Node', () => {
  it('is never made where the signal has ended before', async () => {
    let requests = 0
    const http = axios.create()
    http.interceptors.request.use((config) => {
      requests++
      return config
    })
    const failure = await rejectionOf(
      axiosTransport(http).send(requestTo('http://localhost/', { signal: AbortSignal.abort() })),
    )
    expect(failure).toMatchObject({ code: 'aborted', retryable: false })
    expect(requests).toBe(0)
  })

  it('ends at once and lets go of the connection, mid-body', async () => {
    const controller = new AbortController()
    let tellClosed = (): void => undefined
    const closed = new Promise<void>((resolve) => {
      tellClosed = resolve
    })
    const origin = await loopback((request: IncomingMessage) => {
      request.once('data', () => controller.abort(new Error('the reason')))
      request.once('close', tellClosed)
    })
    const body = { kind: 'blob', blob: new Blob([new Uint8Array(30_000_000)]) } as const
    const failure = await rejectionOf(
      axiosTransport().send(requestTo(origin, { body, signal: controller.signal })),
    )
    expect(failure).toMatchObject({ code: 'aborted', retryable: false })
    await closed
  })

  it('ends while waiting for the answer', async () => {
    const controller = new AbortController()
    const origin = await loopback((request) => void request.resume().on('end', () => controller.abort()))
    const failure = await rejectionOf(
      axiosTransport().send(requestTo(origin, { body: bytes, signal: controller.signal })),
    )
    expect(failure).toMatchObject({ code: 'aborted' })
  })

  it('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++
      addEventListener.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--
      removeEventListener.apply(signal, args)
    }
    const origin = await loopback((_, response) => void response.end())
    await axiosTransport().send(requestTo(origin, { signal }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(listeners).toBe(0)
  })
})

describe('the error of a failed request', () => {
  it('holds nothing of the request', async () => {
    const http = axios.create({ headers: { Authorization: 'Bearer s3cret' } })
    const request = requestTo(await deadOrigin(), {
      headers: { 'X-Key': 's3cret' },
      body: { kind: 'json', value: 's3cret body' },
    })
    const thrown = await http.post(request.url, 's3cret').catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(AxiosError)
    expect(inspect(thrown, { depth: 20 })).toContain('s3cret')

    const failure = await rejectionOf(axiosTransport(http).send(request))
    expect(isUploadError(failure)).toBe(true)
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('s3cret')
    expect(JSON.stringify(failure)).not.toContain('s3cret')
  })
})
