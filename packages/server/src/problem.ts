import type { WireProblem, WireProblemCode } from './wire.ts'

const PROBLEMS: Readonly<Record<WireProblemCode, readonly [status: number, title: string]>> = {
  'invalid-request': [400, 'The request is not of the form this resource takes'],
  'invalid-idempotency-key': [400, 'Idempotency-Key must be 16 to 128 characters of A-Z a-z 0-9 - . _ ~'],
  'invalid-digest': [400, 'A digest header holds no readable sha-256'],
  'invalid-checksum': [
    400,
    'Upload-Checksum must be sha256, sha1 or md5, a space, and the checksum in base64',
  ],
  'invalid-offset': [400, 'Upload-Offset must be a whole number of bytes'],
  'length-mismatch': [400, 'The body is not as long as it was declared'],
  'too-many-chunks': [400, 'The file would have too many chunks'],
  unauthorized: [401, 'Sign in first'],
  forbidden: [403, 'This is not allowed'],
  'not-found': [404, 'There is nothing here'],
  'file-not-found': [404, 'There is no such file'],
  'upload-not-found': [404, 'There is no such upload'],
  'method-not-allowed': [405, 'This resource does not have that method'],
  'idle-timeout': [408, 'No byte of the body came for too long'],
  'offset-conflict': [409, 'The part does not start where the server can go on'],
  'chunk-conflict': [409, 'The chunk has landed with other bytes'],
  superseded: [409, 'A newer request took this one over'],
  incomplete: [409, 'Some chunks have not landed'],
  'upload-completed': [409, 'The upload has been completed'],
  'upload-expired': [410, 'The upload was abandoned and has expired'],
  'upload-aborted': [410, 'The upload was aborted'],
  'length-required': [411, 'Content-Length is required'],
  'unsupported-version': [412, 'The only version of tus spoken here is 1.0.0'],
  'file-too-large': [413, 'The file is larger than this server takes'],
  'chunk-too-large': [413, 'The chunks are larger than this server takes'],
  'metadata-too-large': [413, 'The metadata are larger than this server takes'],
  'body-too-large': [413, 'The body is larger than what is expected here'],
  'unsupported-media-type': [415, 'The Content-Type is not the one expected here'],
  'offset-out-of-range': [416, 'Upload-Offset is past the end of the file'],
  'range-not-satisfiable': [416, 'The file does not have that range'],
  'idempotency-mismatch': [422, 'The Idempotency-Key was used for something else'],
  'digest-mismatch': [422, 'The body does not match its Content-Digest'],
  'identity-mismatch': [422, 'The bytes that landed are not the file that was described'],
  'checksum-mismatch': [460, 'The body does not match its Upload-Checksum'],
  'too-many-uploads': [429, 'Too many uploads are open'],
  'header-too-large': [431, 'A header is too large'],
  internal: [500, 'The server failed'],
  unavailable: [503, 'The server is not available right now'],
  'storage-full': [507, 'The storage is full'],
}

const RETRY_AFTER_SECONDS: Partial<Record<WireProblemCode, number>> = {
  'too-many-uploads': 5,
  unavailable: 2,
}

/** The members a problem has besides `type`, `title`, `status` and `code`. */
export type ProblemMembers = Omit<WireProblem, 'type' | 'title' | 'status' | 'code'>

/** An expected failure on its way to the client as `application/problem+json`. */
export class Problem extends Error {
  readonly code: WireProblemCode
  readonly status: number
  readonly members: ProblemMembers
  readonly headers: Readonly<Record<string, string>>

  constructor(code: WireProblemCode, members: ProblemMembers, headers: Readonly<Record<string, string>>) {
    super(PROBLEMS[code][1])
    this.name = 'Problem'
    this.code = code
    this.status = PROBLEMS[code][0]
    this.members = members
    const seconds = RETRY_AFTER_SECONDS[code]
    this.headers = seconds === undefined ? headers : { 'Retry-After': String(seconds), ...headers }
  }

  /** The body, after RFC 9457. */
  toJSON(): WireProblem {
    const { code, status, message: title, members } = this
    return { type: `urn:lading:problem:${code}`, title, status, code, ...members }
  }
}

/** Makes a problem; it is thrown, or handed to whoever reads the body. */
export function problem(
  code: WireProblemCode,
  members: ProblemMembers = {},
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return new Problem(code, members, headers)
}
