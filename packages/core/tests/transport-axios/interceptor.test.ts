import axios, { type AxiosInstance, type AxiosResponse, CanceledError } from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import { UploadError } from '../../src/errors/upload-error.ts'
import { echo, seenIn } from './echo.ts'
import { answerJson, bodyOf, loopback } from './loopback.ts'
import { rejectionOf, requestTo } from './request.ts'

const body = { kind: 'blob', blob: new Blob(['the content']), type: 'application/x-own' } as const

/** An instance whose response interceptor is the given one, and a server that answers with one status. */
async function withInterceptor(
  status: number,
  onGood?: (response: AxiosResponse) => unknown,
  onBad?: (error: unknown) => unknown,
): Promise<{ http: AxiosInstance; origin: string }> {
  const origin = await loopback(async (request, response) => {
    await bodyOf(request)
    answerJson(response, status, { code: 0, data: { id: 7 } })
  })
  const http = axios.create()
  http.interceptors.response.use(onGood as (response: AxiosResponse) => AxiosResponse, onBad)
  return { http, origin }
}

describe('an app instance', () => {
  it('adds its base URL, its headers and its auth', async () => {
    const origin = await loopback(echo)
    const http = axios.create({
      baseURL: `${origin}/api/v1`,
      headers: { 'X-Tenant': 'acme' },
      auth: { username: 'user', password: 'pass' },
    })
    const seen = seenIn(await axiosTransport(http).send(requestTo('/uploads', { body })))
    expect(seen.url).toBe('/api/v1/uploads')
    expect(seen.headers).toMatchObject({
      'x-tenant': 'acme',
      authorization: `Basic ${btoa('user:pass')}`,
      'content-type': 'application/x-own',
    })
  })

  it('may refresh a token on 401 and repeat the request, body and all', async () => {
    let token = 'old'
    const statuses: number[] = []
    const origin = await loopback(async (request, response) => {
      if (request.url === '/refresh') {
        token = 'new'
        return answerJson(response, 200, { token })
      }
      const isIn = request.headers.authorization === 'Bearer new'
      statuses.push(isIn ? 200 : 401)
      if (isIn) return echo(request, response)
      await bodyOf(request)
      answerJson(response, 401, { error: 'expired' })
    })
    const http = axios.create({ baseURL: origin })
    http.interceptors.request.use((config) => {
      config.headers.set('Authorization', `Bearer ${token}`)
      return config
    })
    http.interceptors.response.use(undefined, async (error: unknown) => {
      if (!axios.isAxiosError(error) || error.response?.status !== 401 || !error.config) throw error
      await axios.post(`${origin}/refresh`)
      return http(error.config)
    })
    const sent: number[] = []
    const answer = await axiosTransport(http).send(
      requestTo('/uploads', { body, onSent: (n) => sent.push(n) }),
    )
    expect(statuses).toEqual([401, 200])
    expect(seenIn(answer)).toMatchObject({ bytes: 'the content', headers: { authorization: 'Bearer new' } })
    expect(seenIn(answer).headers['content-type']).toBe('application/x-own')
  })

  it('brings the 401 where the refresh is refused, not the answer to the refresh', async () => {
    const origin = await loopback(async (request, response) => {
      await bodyOf(request)
      answerJson(response, request.url === '/refresh' ? 400 : 401, { from: request.url })
    })
    const http = axios.create({ baseURL: origin })
    http.interceptors.response.use(undefined, () => axios.post(`${origin}/refresh`))
    const answer = await axiosTransport(http).send(requestTo('/uploads', { body }))
    expect(answer).toMatchObject({ status: 401, text: '{"from":"/uploads"}' })
  })

  it('keeps its own idea of a good status', async () => {
    const { http, origin } = await withInterceptor(409)
    http.defaults.validateStatus = () => true
    expect((await axiosTransport(http).send(requestTo(origin, { body }))).status).toBe(409)
  })

  it('gives its interceptors parsed JSON, and us the text', async () => {
    let given: unknown
    const { http, origin } = await withInterceptor(200, (response) => {
      given = response.data
      return response
    })
    const answer = await axiosTransport(http).send(requestTo(origin, { body }))
    expect(given).toEqual({ code: 0, data: { id: 7 } })
    expect(answer.text).toBe('{"code":0,"data":{"id":7}}')
  })

  it('may unwrap responses', async () => {
    const { http, origin } = await withInterceptor(201, (response) => response.data.data)
    const answer = await axiosTransport(http).send(requestTo(origin, { body }))
    expect(answer).toMatchObject({ status: 201, text: '{"code":0,"data":{"id":7}}' })
    expect(answer.header('content-type')).toBe('application/json')
  })

  it('may rewrite responses', async () => {
    const { http, origin } = await withInterceptor(200, (response) => ({
      ...response,
      data: response.data.data,
    }))
    const answer = await axiosTransport(http).send(requestTo(origin, { body }))
    expect(answer).toMatchObject({ status: 200, text: '{"id":7}' })
  })

  it('may turn a failure into a good answer', async () => {
    const { http, origin } = await withInterceptor(409, undefined, () => ({
      status: 200,
      data: 'there',
      headers: {},
    }))
    const answer = await axiosTransport(http).send(requestTo(origin, { body }))
    expect(answer).toMatchObject({ status: 200, text: 'there' })
  })

  it.each([
    ['an error of its own', new Error('Something went wrong')],
    ['nothing', undefined],
    ['a text', 'please log in'],
    ['a cancellation', new CanceledError('logged out')],
  ])('does not hide a bad status by throwing %s', async (_, thrown) => {
    const { http, origin } = await withInterceptor(413, undefined, () => Promise.reject(thrown))
    expect((await axiosTransport(http).send(requestTo(origin, { body }))).status).toBe(413)
  })

  it('fails the request by throwing on a good answer', async () => {
    const { http, origin } = await withInterceptor(200, () => Promise.reject(new Error('code was not 1')))
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(origin, { body })))
    expect(failure).toMatchObject({
      code: 'response-refused',
      status: 200,
      retryable: false,
      cause: { message: 'code was not 1' },
    })
  })

  it('may throw an upload error, which is kept as it is', async () => {
    const refusal = new UploadError('rate-limited', { retryAfterMs: 9 })
    const { http, origin } = await withInterceptor(200, () => Promise.reject(refusal))
    expect(await rejectionOf(axiosTransport(http).send(requestTo(origin, { body })))).toBe(refusal)
  })

  it('fails the request by throwing before it is made', async () => {
    const { http, origin } = await withInterceptor(200)
    http.interceptors.request.use(() => {
      throw new TypeError('no token')
    })
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(origin, { body })))
    expect(failure).toMatchObject({ code: 'option-failed', retryable: false, cause: { message: 'no token' } })
  })

  it('fails the request by canceling it, which is not us calling it off', async () => {
    const source = axios.CancelToken.source()
    const origin = await loopback((request) => void request.resume().on('end', () => source.cancel('bye')))
    const http = axios.create({ cancelToken: source.token })
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(origin, { body })))
    expect(failure).toMatchObject({ code: 'option-failed', retryable: false })
  })

  it('leaves a lost connection retryable by wrapping its error', async () => {
    const origin = await loopback((request) => void request.destroy())
    const http = axios.create()
    http.interceptors.response.use(undefined, () =>
      Promise.reject(new Error('We could not reach the server')),
    )
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(origin, { body })))
    expect(failure).toMatchObject({ code: 'network', retryable: true })
  })

  it('leaves it retryable too where the connection is lost after a refresh', async () => {
    const origin = await loopback(async (request, response) => {
      if (request.headers.authorization) return void request.destroy()
      await bodyOf(request)
      answerJson(response, 401, {})
    })
    const http = axios.create()
    http.interceptors.response.use(undefined, (error: unknown) => {
      if (!axios.isAxiosError(error) || error.response?.status !== 401 || !error.config)
        throw new Error('Sorry')
      return http({ ...error.config, headers: { Authorization: 'Bearer new' } })
    })
    const failure = await rejectionOf(axiosTransport(http).send(requestTo(origin, { body })))
    expect(failure).toMatchObject({ code: 'network', retryable: true })
  })

  it('can be called off while an interceptor never comes back', async () => {
    const controller = new AbortController()
    const { http, origin } = await withInterceptor(200, () => {
      setTimeout(() => controller.abort(), 1)
      return new Promise(() => undefined)
    })
    const failure = await rejectionOf(
      axiosTransport(http).send(requestTo(origin, { body, signal: controller.signal })),
    )
    expect(failure).toMatchObject({ code: 'aborted' })
  })

  it('keeps its transforms away from our bodies', async () => {
    const origin = await loopback(echo)
    const http = axios.create({
      transformRequest: () => 'transformed',
      transformResponse: () => {
        throw new Error('not an envelope')
      },
    })
    const seen = seenIn(await axiosTransport(http).send(requestTo(origin, { body })))
    expect(seen.bytes).toBe('the content')
  })

  it('may bring an adapter of its own', async () => {
    const http = axios.create({
      adapter: async (config) => ({
        status: 202,
        statusText: '',
        data: { asked: config.url },
        headers: { 'X-Made': 'up' },
        config,
      }),
    })
    const answer = await axiosTransport(http).send(requestTo('http://nowhere.invalid/x', { body }))
    expect(answer).toMatchObject({ status: 202, text: '{"asked":"http://nowhere.invalid/x"}' })
    expect(answer.header('x-made')).toBe('up')
  })

  it('gives no answer where there is none, such as the opaque one of a service worker', async () => {
    const http = axios.create({
      adapter: async (config) => ({ status: 0, statusText: '', data: '', headers: {}, config }),
    })
    const failure = await rejectionOf(
      axiosTransport(http).send(requestTo('http://nowhere.invalid/', { body })),
    )
    expect(failure).toMatchObject({ code: 'network' })
  })
})

describe('axiosTransport', () => {
  it.each([
    ['https://example.org', 'got `https://example.org` (string)'],
    [fetch, 'got `fetch` (function)'],
    [{}, 'got `Object` (object)'],
    [null, 'got `null` (null)'],
  ])('refuses %s as an instance', (http, given) => {
    expect(() => axiosTransport(http as never)).toThrow(
      new TypeError(`Expected \`http\` to be an axios instance, ${given}`),
    )
  })

  it('takes the axios module itself', async () => {
    const origin = await loopback(echo)
    expect((await axiosTransport(axios).send(requestTo(origin))).status).toBe(200)
  })
})
