import { type Metadata, type Protocol, type Reply, toUploadError } from '@lading/core/engine'
import { isMaker, metadataFields, pairsOf, valueFor } from './form-fields.ts'
import { checkFormOptions, type FormUploadOptions } from './form-options.ts'
import { type FormResult, parseByType } from './parse-by-type.ts'

/**
 * Sends each file whole, in one `multipart/form-data` request: what formidable, multer, busboy, Rails, Django and PHP
 * take.
 *
 * The form has the `fields` first, then those values of the metadata that are text, numbers or booleans and that
 * `fields` has not named, then the file. Lists and objects in the metadata are not sent: no two servers agree on how;
 * `fields` may be a function that spells them out.
 *
 * There is nothing to resume here. A request whose answer was lost is made again, so a file may reach the server
 * twice; `headers: (file) => ({ 'Idempotency-Key': file.uploadId })` lets a server find out.
 *
 * Without `parseResponse` the result is the answer's JSON where its Content-Type says so, else its text.
 *
 * @example
 * const uploader = createUploader({
 *   protocol: formUpload({
 *     endpoint: '/api/photos',
 *     fields: ({ path }) => ({ album: 'summer', path }),
 *     parseResponse: (reply) => reply.json() as { id: number },
 *   }),
 * })
 */
export function formUpload<Result, Meta extends Metadata = Metadata>(
  options: FormUploadOptions<Result, Meta> & Required<Pick<FormUploadOptions<Result, Meta>, 'parseResponse'>>,
): Protocol<null, Result, Meta>
export function formUpload<Meta extends Metadata = Metadata>(
  options: FormUploadOptions<FormResult, Meta>,
): Protocol<null, FormResult, Meta>
export function formUpload<Result, Meta extends Metadata>(
  options: FormUploadOptions<Result, Meta>,
): Protocol<null, Result | FormResult, Meta> {
  checkFormOptions(options)
  if (options.fields && !isMaker(options.fields)) pairsOf(options.fields)
  const { endpoint, fieldName = 'file', method = 'POST', headers = {}, fields = {} } = options
  const parse: (reply: Reply) => Result | FormResult | Promise<Result> = options.parseResponse ?? parseByType
  return {
    name: 'form',
    version: 1,
    traits: () => ({
      plan: (size) => ({ size, chunkSizeBytes: Math.max(1, size), count: 1 }),
      grain: 'chunk',
      knows: 'nothing',
      resultFrom: 'send',
    }),
    open: async () => ({ session: null }),
    async send(ctx, _session, { blob, offset, size }) {
      const { file } = ctx
      const pairs = await made(async () => pairsOf(await valueFor(fields, file)))
      const values = [...pairs, ...metadataFields(file.metadata, pairs)]
      const reply = await ctx.request({
        method,
        url: endpoint,
        headers: await made(() => valueFor(headers, file)),
        body: {
          kind: 'form',
          entries: [
            ...values.map(([name, value]) => ({ name, value })),
            // a part without a file name is no file to any server
            { name: fieldName, blob, filename: file.name || 'blob', type: file.type },
          ],
        },
      })
      return { through: offset + size, result: await parsed(parse, reply) }
    },
  }
}

async function made<T>(make: () => T | Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    throw toUploadError(error, 'option-failed')
  }
}

async function parsed<T>(parse: (reply: Reply) => T | Promise<T>, reply: Reply): Promise<T> {
  try {
    return await parse(reply)
  } catch (error) {
    throw toUploadError(error, 'bad-response')
  }
}
