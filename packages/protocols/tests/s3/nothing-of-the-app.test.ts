import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { storeProxy } from './support/proxy.ts'
import { randomFile, signing, uploaderTo } from './support/signing.ts'
import { noStore } from './support/store.ts'

const mebibyte = 1024 * 1024
/** What HTTP needs, and what was signed. */
const expected =
  /^(host|connection|content-length|content-type|accept|accept-encoding|user-agent|if-none-match|x-amz-.*)$/

describe.skipIf(noStore)('what the bucket sees', () => {
  it.each([
    ['a file of one part', 1000],
    ['a multipart upload', 11 * mebibyte],
  ])('is nothing of the app: %s', async (_what, size) => {
    const proxy = await storeProxy()
    const signer = await signing({}, proxy.origin)
    const passed: string[] = []
    const http = axios.create({ headers: { 'X-App': 'secret' }, withCredentials: true })
    http.interceptors.request.use((config) => {
      passed.push(config.url ?? '')
      config.headers.set('Authorization', 'Bearer secret')
      config.headers.set('Cookie', 'session=secret')
      return config
    })
    const uploader = uploaderTo(signer.endpoint, { http, headers: { 'X-Option': 'secret' } })
    uploader.use({ beforeChunk: () => ({ headers: { 'X-Hook': 'secret' }, fields: { hook: 'secret' } }) })
    const { settled } = await uploader.add(randomFile(size), { metadata: { note: 'secret' } })
    expect((await settled).map(({ how }) => how)).toEqual(['uploaded'])

    expect(proxy.puts().length).toBeGreaterThan(0)
    for (const { headers, query } of proxy.puts()) {
      expect(Object.keys(headers).filter((name) => !expected.test(name))).toEqual([])
      expect(JSON.stringify([headers, ...query])).not.toMatch(/secret|session=/)
    }
    // and the signer sees all of it
    expect(signer.headers.length).toBeGreaterThan(0)
    for (const headers of signer.headers) {
      expect(headers).toMatchObject({
        authorization: 'Bearer secret',
        cookie: 'session=secret',
        'x-app': 'secret',
        'x-option': 'secret',
      })
    }
    expect(passed.filter((url) => !url.startsWith(signer.endpoint))).toEqual([])
  })
})
