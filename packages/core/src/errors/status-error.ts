import { UploadError, type UploadErrorCode } from './upload-error.ts'

const codes: Readonly<Record<number, UploadErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'too-large',
  422: 'unprocessable',
  429: 'rate-limited',
  507: 'storage-full',
}

/** The parts of an HTTP answer that decide which error it is. */
export interface AnswerFacts {
  readonly status: number
  header(name: string): string | null
  readonly text: string
}

/**
 * The error an HTTP status stands for.
 *
 * Retryable are 408, 425, 429 and 5xx but 501, 505 and 507 (a full disk pauses instead). `nowMs` turns a date in
 * `Retry-After` (RFC 9110, 10.2.3) into a wait.
 */
export function statusError(answer: AnswerFacts, nowMs: number): UploadError {
  const { status } = answer
  const code = codes[status] ?? (status >= 500 ? 'server-error' : 'request-refused')
  const retryable =
    status === 408 || status === 425 || status === 429 || (status >= 500 && ![501, 505, 507].includes(status))
  const retryAfterMs = parseRetryAfter(answer.header('retry-after'), nowMs)
  const problem = parseProblem(answer)
  return new UploadError(code, {
    message: problem?.title ? `${status}: ${problem.title}` : `The server answered ${status}`,
    retryable,
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(problem?.code && { serverCode: problem.code }),
  })
}

// The three shapes of RFC 9110, 5.6.7; `Date.parse` alone finds a year in nearly any text with a number.
const httpDate = /^[a-z]{3,9},? [\w -]+ \d\d:\d\d:\d\d( GMT| \d{4})$/i

/** `Retry-After` in milliseconds from now: seconds or an HTTP date; `undefined` where absent or malformed. */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  if (!httpDate.test(text)) return undefined
  const at = Date.parse(/GMT$/i.test(text) ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

function parseProblem(answer: AnswerFacts): { title?: string; code?: string } | undefined {
  if (!answer.header('content-type')?.includes('application/problem+json')) return undefined
  try {
    const { title, code } = JSON.parse(answer.text) as { title?: unknown; code?: unknown }
    return {
      ...(typeof title === 'string' && { title: title.slice(0, 200) }),
      ...(typeof code === 'string' && { code: code.slice(0, 100) }),
    }
  } catch {
    return undefined
  }
}
