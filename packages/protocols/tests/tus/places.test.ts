import { noiseFile } from '@lading/test-kit'
import { describe, expect, it } from 'vitest'
import { rewrite } from './misbehaviour.ts'
import { chunkSizeBytes, errorOf, isStored, resultOf, smallServer, uploadBy } from './upload-by-tus.ts'

const file = noiseFile('file.bin', chunkSizeBytes + 5)
const appHeaders = { headers: { Authorization: 'Bearer secret' } }

/** A server that is asked to create, and says another one's place of it. */
async function twoOrigins() {
  const other = await smallServer()
  const own = await smallServer({
    misbehave: (request, response) => {
      if (request.method !== 'POST') return undefined
      // As two machines that share their storage would.
      void fetch(other.endpoint, {
        method: 'POST',
        headers: { 'Upload-Length': String(request.headers['upload-length']) },
      }).then((created) => {
        const Location = new URL(created.headers.get('location') ?? '', other.origin).href
        response.writeHead(201, { Location }).end()
      })
      return true
    },
  })
  return { own, other }
}

describe('a Location', () => {
  it.each([
    ['of a path', (path: string) => path],
    ['relative to the endpoint', (path: string) => `.${path}`],
    ['without a scheme', (path: string, host: string) => `//${host}${path}`],
  ])('%s is resolved against what answered', async (_, place) => {
    const server = await smallServer({
      misbehave: rewrite('POST', (headers) => {
        headers['Location'] = place(headers['Location'] ?? '', new URL(server.origin).host)
      }),
    })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
    expect(await isStored(server, outcome, file)).toBe(true)
    expect(resultOf(outcome).url).toMatch(new RegExp(`^${server.endpoint}/\\d+$`))
  })

  it('that is missing fails with the header to expose', async () => {
    const server = await smallServer({ misbehave: rewrite('POST', (headers) => delete headers['Location']) })
    const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
    expect(errorOf(outcome)).toMatchObject({ code: 'bad-response', retryable: false })
    expect(errorOf(outcome).message).toMatch(/`Location`.*Access-Control-Expose-Headers/)
  })

  it.each(['javascript:alert(1)', 'data:text/plain,x', 'file:///etc/passwd', 'http://', ''])(
    'of %j is none',
    async (location) => {
      const server = await smallServer({
        misbehave: rewrite('POST', (headers) => {
          headers['Location'] = location
        }),
      })
      const { outcome } = await uploadBy({ endpoint: server.endpoint }, file)
      expect(errorOf(outcome)).toMatchObject({ code: 'bad-response' })
    },
  )

  it('on another origin is refused by name, and nothing is sent there', async () => {
    const { own, other } = await twoOrigins()
    const { outcome } = await uploadBy({ endpoint: own.endpoint }, file, appHeaders)
    expect(errorOf(outcome)).toMatchObject({ code: 'response-refused', retryable: false })
    expect(errorOf(outcome).message).toContain(other.origin)
    expect(errorOf(outcome).message).toContain('`origins`')
    expect(other.seen.map(({ method }) => method)).toEqual(['POST'])
  })

  it('on another origin is followed without credentials where the app says so', async () => {
    const { own, other } = await twoOrigins()
    const { outcome } = await uploadBy(
      { endpoint: own.endpoint, origins: { [other.origin]: 'none' } },
      file,
      appHeaders,
    )
    expect(await isStored(other, outcome, file)).toBe(true)
    const sent = other.seen.filter(({ method }) => method === 'PATCH')
    expect(sent.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
    expect(own.seen.every(({ headers }) => headers.authorization === 'Bearer secret')).toBe(true)
  })

  it('on another origin is followed with credentials where the app says so', async () => {
    const { own, other } = await twoOrigins()
    const { outcome } = await uploadBy(
      { endpoint: own.endpoint, origins: { [other.origin]: 'app' } },
      file,
      appHeaders,
    )
    expect(await isStored(other, outcome, file)).toBe(true)
    const sent = other.seen.filter(({ method }) => method === 'PATCH')
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret'])
  })
})
