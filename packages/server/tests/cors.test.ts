import { describe, expect, it } from 'vitest'
import type { CorsOptions } from '../src/index.ts'
import { someBytes } from './support/bytes.ts'
import { startServer } from './support/server-fixture.ts'

const APP = 'https://app.example'
const preflight = {
  Origin: APP,
  'Access-Control-Request-Method': 'PATCH',
  'Access-Control-Request-Headers': 'content-type,upload-offset,x-token',
}

async function ask(
  cors: CorsOptions | undefined,
  headers: Record<string, string>,
  path = '/uploads',
): Promise<Headers> {
  const { client } = await startServer(cors ? { cors } : {})
  const response = await client.send(path, { method: 'OPTIONS', headers })
  expect(response.status).toBe('Access-Control-Request-Method' in headers ? 204 : 200)
  return response.headers
}

describe('a preflight', () => {
  it.each([
    ['one origin', APP],
    ['a list', ['https://b.example', APP]],
    ['a function', (origin: string) => origin.endsWith('.example')],
  ])('is granted to an origin that %s allows', async (_what, origin) => {
    for (const path of ['/uploads', '/uploads/anything', '/uploads/files/x']) {
      const headers = await ask({ origin }, preflight, path)
      expect(headers.get('access-control-allow-origin')).toBe(APP)
      expect(headers.get('access-control-allow-methods')).toContain('PATCH')
      expect(headers.get('access-control-allow-headers')).toContain('x-token')
      expect(headers.get('access-control-allow-headers')).toContain('Lading-Upload')
      expect(headers.get('access-control-max-age')).toBe('600')
      expect(headers.get('vary')).toBe('Origin')
    }
  })

  it.each([
    ['CORS is off', undefined],
    ['another is allowed', { origin: 'https://b.example' }],
    ['the list has others', { origin: [] }],
    ['the function says no', { origin: () => false }],
  ])('is not granted when %s', async (_what, cors) => {
    const headers = await ask(cors, preflight)
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('access-control-allow-methods')).toBeNull()
  })
})

describe('an answer', () => {
  it('can be read by a page of an allowed origin, errors too', async () => {
    const { client } = await startServer({ cors: { origin: APP, credentials: true } })
    const { id } = await client.published(someBytes(3))
    for (const response of [
      await client.file(id, { Origin: APP }),
      await client.file('0'.repeat(33), { Origin: APP }),
      await client.create('{', undefined, { Origin: APP }),
    ]) {
      expect(response.headers.get('access-control-allow-origin')).toBe(APP)
      expect(response.headers.get('access-control-allow-credentials')).toBe('true')
      expect(response.headers.get('access-control-expose-headers')).toContain('Location')
    }
    expect(
      (await client.file(id, { Origin: 'https://b.example' })).headers.get('access-control-allow-origin'),
    ).toBeNull()
  })

  it('can be read by any page where every origin is allowed', async () => {
    const headers = await ask({ origin: '*' }, {})
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })
})
