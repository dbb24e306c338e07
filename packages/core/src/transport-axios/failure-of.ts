import axios, { type AxiosError } from 'axios'
import { isUploadError, UploadError, type UploadErrorCode } from '../errors/upload-error.ts'
import type { TransportResponse } from '../ports/transport.ts'
import { isResponseLike, responseOf } from './answer-of.ts'
import type { WireTap } from './wire-tap.ts'

/**
 * The answer behind a rejection where its status is the failure; else throws the `UploadError` it stands for.
 *
 * Nothing of the thrown value is kept but its name, message and code: an AxiosError holds the headers and the body.
 */
export function failureOf(thrown: unknown, tap: WireTap): TransportResponse {
  if (isUploadError(thrown)) throw thrown
  const isCanceled = axios.isCancel(thrown)
  const isSilence = !isCanceled && axios.isAxiosError(thrown) && !thrown.response
  if (isSilence) throw silence(thrown)
  const answer = tap.answer()?.response ?? carriedAnswer(thrown)
  if (answer && !isGood(answer.status)) return answer
  if (answer) throw goodAnswerRefused(thrown, answer)
  // an interceptor may have thrown an error of its own because no answer came
  const code = tap.dispatchedTo() && !isCanceled ? 'network' : 'option-failed'
  throw new UploadError(code, {
    message: code === 'network' ? 'No answer came' : 'The `http` instance refused to make the request',
    cause: thrown,
  })
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300
}

/** An answer that came without passing our tap: an interceptor repeated the request in its own way. */
function carriedAnswer(thrown: unknown): TransportResponse | undefined {
  if (!axios.isAxiosError(thrown)) return undefined
  const response: unknown = thrown.response
  return isResponseLike(response) ? responseOf(response) : undefined
}

/** Either the connection broke while the body of the answer came (in Node), or the app's code did not like it. */
function goodAnswerRefused(thrown: unknown, answer: TransportResponse): UploadError {
  if (axios.isAxiosError(thrown) && thrown.response?.data === undefined) {
    return new UploadError('network', { message: 'The answer broke off', cause: thrown })
  }
  return new UploadError('response-refused', {
    message: 'The `http` instance refused the answer',
    status: answer.status,
    cause: thrown,
  })
}

// An instance set up in such a way that no request can be made; trying again is of no use.
const misconfigured = new Set([
  'ERR_BAD_OPTION',
  'ERR_BAD_OPTION_VALUE',
  'ERR_BAD_REQUEST',
  'ERR_INVALID_URL',
  'ERR_NOT_SUPPORT',
])

/** No answer came, and axios says why. */
function silence(error: AxiosError): UploadError {
  const { code: axiosCode = '' } = error
  const code = silenceCode(error.name, axiosCode, error.message)
  const message = code === 'option-failed' ? 'The request could not be made' : 'No answer came'
  return new UploadError(code, { message: axiosCode ? `${message} (${axiosCode})` : message, cause: error })
}

function silenceCode(name: string, axiosCode: string, message: string): UploadErrorCode {
  // Node alone says that the file could not be read; to XHR it is a network error
  if (name === 'NotReadableError') return 'file-unreadable'
  if (misconfigured.has(axiosCode)) return 'option-failed'
  if (axiosCode === 'ETIMEDOUT') return 'timeout'
  // the code of a timeout, and of an XHR that the browser itself called off
  if (axiosCode === 'ECONNABORTED') return message === 'Request aborted' ? 'network' : 'timeout'
  return 'network'
}
