import { gzipSync } from 'node:zlib'
import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import { answerJson, bodyOf, loopback } from './loopback.ts'
import { rejectionOf, requestTo } from './request.ts'

const blob = { kind: 'blob', blob: new Blob(['content']) } as const

describe('an answer in Node', () => {
  it.each([200, 201, 204, 304, 400, 401, 409, 413, 429, 500, 503, 507])(
    'of status %i comes back',
    async (status) => {
      const origin = await loopback(async (request, response) => {
        await bodyOf(request)
        response.writeHead(status, { 'retry-after': '7' }).end(status === 204 || status === 304 ? '' : 'text')
      })
      const answer = await axiosTransport().send(requestTo(origin, { body: blob }))
      expect(answer.status).toBe(status)
      expect(answer.text).toBe(status === 204 || status === 304 ? '' : 'text')
      expect(answer.header('Retry-After')).toBe('7')
      expect(answer.header('x-absent')).toBeNull()
    },
  )

  it('brings the text as it came, JSON or not', async () => {
    const text = ' { "big": 12345678901234567890,\n "a" : 1.0 } '
    const origin = await loopback((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    })
    expect((await axiosTransport().send(requestTo(origin))).text).toBe(text)
  })

  it('is decompressed', async () => {
    const origin = await loopback((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'))
    })
    expect((await axiosTransport().send(requestTo(origin))).text).toBe('unpacked')
  })

  it('joins repeated headers', async () => {
    const origin = await loopback((_, response) => {
      response.writeHead(200, { 'x-list': ['a', 'b'], 'set-cookie': ['c=1', 'd=2'] }).end()
    })
    const answer = await axiosTransport().send(requestTo(origin))
    expect(answer.header('x-list')).toBe('a, b')
    expect(answer.header('set-cookie')).toBe('c=1, d=2')
  })

  it('tells the URL that answered, with the base URL and the query of the instance', async () => {
    const origin = await loopback((_, response) => void response.end())
    const http = axios.create({ baseURL: `${origin}/api`, params: { tenant: 'a b' } })
    expect((await axiosTransport(http).send(requestTo('/uploads'))).url).toBe(
      `${origin}/api/uploads?tenant=a+b`,
    )
    const failing = await axiosTransport(http).send(requestTo('missing'))
    expect(failing.url).toBe(`${origin}/api/missing?tenant=a+b`)
  })

  it('is the redirect itself where the request has a body, which nobody holds', async () => {
    const origin = await loopback(async (request, response) => {
      await bodyOf(request)
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    const answer = await axiosTransport().send(requestTo(origin, { body: blob }))
    expect(answer.status).toBe(307)
    expect(answer.header('location')).toBe('/elsewhere')
  })

  it('follows a redirect where there is no body, and tells where to', async () => {
    const origin = await loopback((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end()
      else response.end('arrived')
    })
    const answer = await axiosTransport().send(requestTo(origin, { method: 'GET' }))
    expect(answer).toMatchObject({ status: 200, text: 'arrived', url: `${origin}/there` })
  })

  it('that breaks off under a good status is a network error, not an empty success', async () => {
    const origin = await loopback((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"half":')
      setTimeout(() => response.destroy(), 20)
    })
    const failure = await rejectionOf(axiosTransport().send(requestTo(origin)))
    expect(failure).toMatchObject({ code: 'network', retryable: true })
  })

  it('that breaks off under a bad status keeps the status', async () => {
    const origin = await loopback((_, response) => {
      response.writeHead(503, { 'content-length': '100', 'retry-after': '3' }).write('half')
      setTimeout(() => response.destroy(), 20)
    })
    const answer = await axiosTransport().send(requestTo(origin))
    expect(answer).toMatchObject({ status: 503, text: '' })
    expect(answer.header('retry-after')).toBe('3')
  })

  it('comes although the server answers before it has read the body', async () => {
    const origin = await loopback((request, response) => {
      request.resume()
      answerJson(response, 413, { code: 'too-large' })
    })
    const body = { kind: 'blob', blob: new Blob([new Uint8Array(4_000_000)]) } as const
    expect((await axiosTransport().send(requestTo(origin, { body }))).status).toBe(413)
  })

  it('has no limit of size, whatever the instance says', async () => {
    const origin = await loopback(async (request, response) => {
      response.end('x'.repeat((await bodyOf(request)).length))
    })
    const http = axios.create({ maxBodyLength: 10, maxContentLength: 10, timeout: 1 })
    const body = { kind: 'blob', blob: new Blob([new Uint8Array(100_000)]) } as const
    expect((await axiosTransport(http).send(requestTo(origin, { body }))).text).toHaveLength(100_000)
  })
})
