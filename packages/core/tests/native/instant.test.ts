import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createUploader } from '../../src/index.ts'
import { type RealServer, randomFile, realServer } from '../support/real-server.ts'

const chunkSizeBytes = 64 * 1024
const file = randomFile('a file.bin', 3 * chunkSizeBytes + 5)

describe('the same bytes sent again to the real server', () => {
  let server: RealServer
  let owner: string | undefined
  beforeEach(async () => {
    owner = 'ann'
    server = await realServer({ authorize: () => (owner === undefined ? undefined : { owner }) })
  })
  afterEach(() => server.close())

  async function send(sent: File = file, instant: 'first' | false = 'first') {
    server.seen.length = 0
    const uploader = createUploader({ endpoint: server.endpoint, chunkSizeBytes, instant })
    const [outcome] = await (await uploader.add(sent)).settled
    uploader.dispose()
    if (!outcome || !('result' in outcome)) throw new Error(JSON.stringify(outcome))
    return {
      how: outcome.how,
      result: outcome.result,
      requests: server.seen.map(({ method, path }) => `${method} ${path}`),
    }
  }

  async function bytesAt(url: string): Promise<Buffer> {
    return Buffer.from(await (await fetch(url)).arrayBuffer())
  }

  it('are there by one question, under their new name', async () => {
    const first = await send()
    expect(first.how).toBe('uploaded')
    expect(first.requests[0]).toBe('POST /uploads/matches')
    const renamed = new File([file], 'ä.bin', { type: 'image/png' })
    const second = await send(renamed)
    expect(second).toMatchObject({ how: 'instant', result: { name: 'ä.bin', type: 'image/png' } })
    expect(second.requests).toEqual(['POST /uploads/matches'])
    expect(second.result.id).not.toBe(first.result.id)
    const bytes = Buffer.from(await file.arrayBuffer())
    expect((await bytesAt(second.result.url)).equals(bytes)).toBe(true)
    expect((await fetch(first.result.url, { method: 'DELETE' })).status).toBe(204)
    expect((await bytesAt(second.result.url)).equals(bytes)).toBe(true)
  })

  it('are there at once also where one chunk is all there is', async () => {
    const small = randomFile('small', 100)
    expect((await send(small)).how).toBe('uploaded')
    expect(await send(small)).toMatchObject({ how: 'instant', requests: ['POST /uploads/matches'] })
  })

  it.each(['bob', undefined])('are sent by another owner, %s', async (other) => {
    await send()
    owner = other
    expect(await send()).toMatchObject({ how: 'uploaded' })
  })

  it('are sent where the app does not ask, or the server knows no such question', async () => {
    await send()
    const unasked = await send(file, false)
    expect(unasked.how).toBe('uploaded')
    expect(unasked.requests).not.toContain('POST /uploads/matches')
    server.intercept = ({ url }, response) => {
      if (!url?.endsWith('/matches')) return false
      response.writeHead(405).end()
      return true
    }
    expect((await send()).how).toBe('uploaded')
  })
})
