import { answerRequest, answersBy } from '../answering.ts'
import { SignerEngine } from './signer-engine.ts'
import { resolveSignerOptions, type S3SignerOptions } from './signer-options.ts'

/** The signing side of uploads that go straight to a bucket. */
export interface S3Signer {
  /** Answers a web request; never rejects. For Node's own requests see `toNodeListener`. */
  readonly fetch: (request: Request) => Promise<Response>
}

/**
 * Makes what `s3({ endpoint })` of `@lading/protocols/s3` speaks to: it begins, signs, lists, completes and aborts
 * uploads; the bytes never pass through it. Nothing is kept in the process: any number of them may serve one upload.
 *
 * The bucket needs CORS rules for the page's origin: method `PUT`, all headers, and `ETag` exposed. Let a lifecycle
 * rule abort unfinished multipart uploads, which are paid for.
 *
 * @example
 * const signer = createS3Signer({ client: new S3Client({}), bucket: 'photos', limits: { types: ['image/*'] } })
 * createServer(toNodeListener(signer)).listen(8787)
 */
export function createS3Signer(options: S3SignerOptions): S3Signer {
  const engine = new SignerEngine(resolveSignerOptions(options))
  return answersBy<S3Signer>({ fetch: (request) => answerRequest(engine, request) }, engine)
}
