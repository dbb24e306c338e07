import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import axios, { AxiosError } from 'axios'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  isUploadError,
  toUploadError,
  UploadError,
  type UploadErrorCode,
} from '../../src/errors/upload-error.ts'

/** An AxiosError of a real request: headers, body, answer and all. */
async function realAxiosError(): Promise<AxiosError> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(403, { 'x-answer': 's3cret-answer-header' }).end('s3cret-answer')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=s3cret-query`
  const thrown: unknown = await axios
    .post(url, { body: 's3cret-body' }, { headers: { Authorization: 'Bearer s3cret-header' } })
    .catch((error: unknown) => error)
  if (!axios.isAxiosError(thrown)) throw new Error('The request did not fail')
  return thrown
}

/** Everything that can be seen of a value: by loggers, by inspectors, by walking it. */
function everythingOf(value: unknown): string {
  return [
    JSON.stringify(value),
    inspect(value, { depth: 30, showHidden: true }),
    String(value),
    value instanceof Error ? value.stack : '',
  ].join('\n')
}

describe('UploadError', () => {
  it('is an Error with its code as message where none is given', () => {
    const error = new UploadError('conflict')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'UploadError',
      code: 'conflict',
      message: 'conflict',
      retryable: false,
    })
  })

  it('has no field that was not given', () => {
    expect(Object.keys(new UploadError('conflict')).sort()).toEqual(['code', 'name', 'retryable'])
  })

  it('keeps what it is told', () => {
    const details = {
      message: 'text',
      retryable: true,
      status: 409,
      attempt: 3,
      retryAfterMs: 0,
      serverCode: 'busy',
    }
    expect(new UploadError('conflict', details)).toMatchObject(details)
  })

  const retryable: UploadErrorCode[] = ['network', 'timeout', 'rate-limited', 'server-error']
  const final: UploadErrorCode[] = [
    'unauthorized',
    'forbidden',
    'not-found',
    'conflict',
    'too-large',
    'unprocessable',
    'storage-full',
    'request-refused',
    'bad-response',
    'response-refused',
    'integrity-failed',
    'session-lost',
    'file-changed',
    'file-unreadable',
    'hash-failed',
    'hook-failed',
    'option-failed',
    'unsupported',
    'aborted',
    'unexpected',
  ]

  it('is retryable by its code alone where nothing is said', () => {
    expect(retryable.filter((code) => !new UploadError(code).retryable)).toEqual([])
    expect(final.filter((code) => new UploadError(code).retryable)).toEqual([])
    expect(new UploadError('network', { retryable: false }).retryable).toBe(false)
  })

  it('knows one of another copy of the package, and nothing else', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('lading.upload-error'), { value: true })
    expect(isUploadError(new UploadError('network'))).toBe(true)
    expect(isUploadError(foreign)).toBe(true)
    for (const other of [new Error('x'), { code: 'network' }, null, undefined, 'network', 0]) {
      expect(isUploadError(other)).toBe(false)
    }
  })
})

describe('the cause of an UploadError', () => {
  it('is a slim copy: name, message and code', () => {
    const cause = Object.assign(new TypeError('no such host'), { code: 'ENOTFOUND', hostname: 'example.org' })
    expect(new UploadError('network', { cause }).cause).toEqual({
      name: 'TypeError',
      message: 'no such host',
      code: 'ENOTFOUND',
    })
  })

  it.each([
    ['a text', 'reason', { name: 'Error', message: 'reason' }],
    ['null', null, { name: 'Error', message: 'null' }],
    ['a number as code', { code: 7, message: ['list'] }, { name: 'Error' }],
  ])('is made of anything that can be thrown: %s', (_, cause, slim) => {
    expect(new UploadError('network', { cause }).cause).toEqual(slim)
  })

  it('holds no header and no body of a real AxiosError, in which all of them are', async () => {
    const thrown = await realAxiosError()
    expect(thrown).toBeInstanceOf(AxiosError)
    for (const secret of ['header', 'body', 'answer', 'answer-header', 'query']) {
      expect(everythingOf(thrown)).toContain(`s3cret-${secret}`)
    }
    for (const error of [new UploadError('forbidden', { cause: thrown }), toUploadError(thrown, 'network')]) {
      expect(everythingOf(error)).not.toContain('s3cret')
      expect(error.cause).toEqual({
        name: 'AxiosError',
        message: 'Request failed with status code 403',
        code: 'ERR_BAD_REQUEST',
      })
    }
  })

  it('does not keep the AxiosError alive under a symbol or a hidden field', async () => {
    const thrown = await realAxiosError()
    const error = toUploadError(thrown)
    const seen = new Set<unknown>()
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return
      seen.add(value)
      for (const key of Reflect.ownKeys(value)) walk(Reflect.get(value, key))
    }
    walk(error)
    expect(seen.has(thrown)).toBe(false)
    expect(seen.size).toBe(2)
  })
})

describe('toUploadError', () => {
  it('leaves one of ours as it is', () => {
    const error = new UploadError('conflict')
    expect(toUploadError(error, 'network')).toBe(error)
  })

  it.each([
    [new Error('why'), 'unexpected: why'],
    ['why', 'unexpected: why'],
    [undefined, 'unexpected: undefined'],
  ])('makes an unexpected one of %s', (thrown, message) => {
    expect(toUploadError(thrown)).toMatchObject({ code: 'unexpected', message, retryable: false })
  })

  it('takes the given code', () => {
    expect(toUploadError(new Error('why'), 'hook-failed')).toMatchObject({
      code: 'hook-failed',
      message: 'hook-failed: why',
      cause: { name: 'Error', message: 'why' },
    })
  })
})
