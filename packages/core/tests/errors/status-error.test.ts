import { describe, expect, it } from 'vitest'
import { parseRetryAfter, statusError } from '../../src/errors/status-error.ts'
import { isUploadError, type UploadErrorCode } from '../../src/errors/upload-error.ts'

const nowMs = Date.UTC(2026, 10, 22, 12, 0, 0)

function answer(status: number, headers: Record<string, string> = {}, text = '') {
  return { status, text, header: (name: string) => headers[name.toLowerCase()] ?? null }
}

describe('statusError', () => {
  const table: [status: number, code: UploadErrorCode, retryable: boolean][] = [
    [300, 'request-refused', false],
    [302, 'request-refused', false],
    [304, 'request-refused', false],
    [400, 'request-refused', false],
    [401, 'unauthorized', false],
    [402, 'request-refused', false],
    [403, 'forbidden', false],
    [404, 'not-found', false],
    [405, 'request-refused', false],
    [408, 'request-refused', true],
    [409, 'conflict', false],
    [410, 'request-refused', false],
    [412, 'request-refused', false],
    [413, 'too-large', false],
    [415, 'request-refused', false],
    [418, 'request-refused', false],
    [422, 'unprocessable', false],
    [423, 'request-refused', false],
    [425, 'request-refused', true],
    [429, 'rate-limited', true],
    [431, 'request-refused', false],
    [500, 'server-error', true],
    [501, 'server-error', false],
    [502, 'server-error', true],
    [503, 'server-error', true],
    [504, 'server-error', true],
    [505, 'server-error', false],
    [507, 'storage-full', false],
    [520, 'server-error', true],
    [599, 'server-error', true],
  ]

  it.each(table)('makes of %i the code %s, retryable: %s', (status, code, retryable) => {
    const error = statusError(answer(status), nowMs)
    expect(isUploadError(error)).toBe(true)
    expect(error).toMatchObject({ code, retryable, status, message: `The server answered ${status}` })
  })

  it('takes the wait from Retry-After, whatever the status', () => {
    for (const status of [400, 413, 429, 503]) {
      expect(statusError(answer(status, { 'retry-after': '120' }), nowMs).retryAfterMs).toBe(120_000)
    }
    expect(statusError(answer(503), nowMs)).not.toHaveProperty('retryAfterMs')
  })

  it('takes the title and the code of a problem, and nothing else of it', () => {
    const text = JSON.stringify({
      type: 'about:blank',
      title: 'The file is too large',
      detail: 's3cret',
      code: 'file-too-large',
    })
    const error = statusError(
      answer(413, { 'content-type': 'application/problem+json; charset=utf-8' }, text),
      nowMs,
    )
    expect(error).toMatchObject({
      code: 'too-large',
      serverCode: 'file-too-large',
      message: '413: The file is too large',
    })
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('s3cret')
  })

  it('keeps the title and the code of a problem short', () => {
    const text = JSON.stringify({ title: 't'.repeat(1000), code: 'c'.repeat(1000) })
    const error = statusError(answer(400, { 'content-type': 'application/problem+json' }, text), nowMs)
    expect(error.message).toBe(`400: ${'t'.repeat(200)}`)
    expect(error.serverCode).toBe('c'.repeat(100))
  })

  it.each(['', '{', 'null', '[]', '"text"', '{"title":1,"code":{}}'])(
    'reads no problem out of %j',
    (text) => {
      const error = statusError(answer(500, { 'content-type': 'application/problem+json' }, text), nowMs)
      expect(error.message).toBe('The server answered 500')
      expect(error).not.toHaveProperty('serverCode')
    },
  )

  it('reads no problem out of other JSON', () => {
    const text = '{"title":"no","code":"no"}'
    expect(statusError(answer(500, { 'content-type': 'application/json' }, text), nowMs)).not.toHaveProperty(
      'serverCode',
    )
  })
})

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7000],
    ['0120', 120_000],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sunday, 22-Nov-26 12:00:30 GMT', 30_000],
    ['Sun Nov 22 12:00:30 2026', 30_000],
    ['Sun Nov  1 12:00:30 2026', 0],
    ['Sun, 22 Nov 2026 11:59:00 GMT', 0],
  ])('reads %j as %i ms', (value, ms) => {
    expect(parseRetryAfter(value, nowMs)).toBe(ms)
  })

  it.each([
    [null],
    [''],
    ['  '],
    ['-5'],
    ['+5'],
    ['1.5'],
    ['1e3'],
    ['5 seconds'],
    ['soon 2099'],
    ['garbage 7'],
    ['12, 13'],
    ['2026-11-22'],
    ['Sun, 99 Nov 2026 12:00:30 GMT'],
  ])('reads nothing out of %j', (value) => {
    expect(parseRetryAfter(value, nowMs)).toBeUndefined()
  })

  it('reads a date without a zone as GMT, wherever the page is', () => {
    const before = process.env['TZ']
    try {
      process.env['TZ'] = 'Asia/Shanghai'
      expect(new Date(0).getHours()).toBe(8)
      expect(parseRetryAfter('Sun Nov 22 12:00:30 2026', nowMs)).toBe(30_000)
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
  })
})
