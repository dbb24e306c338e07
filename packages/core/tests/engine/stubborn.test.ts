import { type AddressInfo, connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createUploader } from '../../src/index.ts'
import { type RealServer, randomFile, realServer, sha256, sha256At } from '../support/real-server.ts'

const chunkSizeBytes = 64 * 1024

/** A line on which each connection lets so many bytes through and is cut then. */
async function shortLine(origin: string, maxBytes: number) {
  let cuts = 0
  const proxy = createServer((client) => {
    const upstream = connect(Number(new URL(origin).port), '127.0.0.1')
    let left = maxBytes
    client.on('data', (piece: Buffer) => {
      upstream.write(piece.subarray(0, left))
      left -= piece.length
      if (left > 0) return
      cuts++
      client.pause()
      setTimeout(() => {
        client.destroy()
        upstream.destroy()
      }, 20)
    })
    upstream.pipe(client)
    for (const end of [client, upstream]) {
      end.on('error', () => {})
      end.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, cuts: () => cuts, close: () => void proxy.close() }
}

describe('a part that never gets through', () => {
  let server: RealServer
  beforeEach(async () => {
    server = await realServer()
  })
  afterEach(() => server.close())

  it('fails the upload although other parts land', async () => {
    let refused = 0
    server.intercept = ({ method, headers }, response) => {
      if (method !== 'PATCH' || headers['upload-offset'] !== '0') return false
      refused++
      response.writeHead(500).end()
      return true
    }
    const uploader = createUploader({
      endpoint: server.endpoint,
      chunkSizeBytes,
      concurrency: { requests: 2 },
      retry: { attempts: 4, baseDelayMs: 1, maxDelayMs: 2 },
    })
    const { settled } = await uploader.add(randomFile('one.bin', 60 * chunkSizeBytes))
    const [outcome] = await settled
    expect(outcome).toMatchObject({ how: 'failed', error: { code: 'server-error', status: 500 } })
    expect(refused).toBeLessThanOrEqual(5)
    uploader.dispose()
  })

  it('still gets a file across a line that never lasts a whole chunk', async () => {
    const line = await shortLine(server.origin, 30_000)
    const uploader = createUploader({
      endpoint: `${line.origin}/uploads`,
      chunkSizeBytes: 4 * chunkSizeBytes,
      concurrency: { requests: 1 },
      // A busy machine may take a while to notice what came through.
      retry: { attempts: 50, baseDelayMs: 1, maxDelayMs: 20 },
    })
    const file = randomFile('one.bin', 8 * chunkSizeBytes)
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    line.close()
    if (outcome?.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
    expect(line.cuts()).toBeGreaterThan(5)
    expect(await sha256At(outcome.result.url.replace(line.origin, server.origin))).toBe(await sha256(file))
    uploader.dispose()
  })

  it('gets through a proxy that refuses large bodies, in smaller parts', async () => {
    const sizes: number[] = []
    server.intercept = ({ method, headers }, response) => {
      const size = Number(headers['content-length'])
      if (method !== 'PATCH') return false
      sizes.push(size)
      if (size <= 40_000) return false
      response.writeHead(413, { 'Content-Type': 'text/html' }).end('<h1>413 Request Entity Too Large</h1>')
      return true
    }
    const uploader = createUploader({ endpoint: server.endpoint, chunkSizeBytes: 4 * chunkSizeBytes })
    const file = randomFile('one.bin', 8 * chunkSizeBytes)
    const { settled } = await uploader.add(file)
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
    expect(await sha256At(outcome.result.url)).toBe(await sha256(file))
    expect(sizes.filter((size) => size > 40_000).length).toBeLessThan(10)
    uploader.dispose()
  })

  it('fails where even the smallest part is too large', async () => {
    server.intercept = ({ method }, response) => {
      if (method !== 'PATCH') return false
      response.writeHead(413).end()
      return true
    }
    const uploader = createUploader({ endpoint: server.endpoint, chunkSizeBytes })
    const { settled } = await uploader.add(randomFile('one.bin', 8 * chunkSizeBytes))
    expect(await settled).toMatchObject([{ how: 'failed', error: { code: 'too-large', status: 413 } }])
    uploader.dispose()
  })

  it('is more patient with a silent server once there is something to lose', async () => {
    let tries = 0
    server.intercept = ({ method }, response) => {
      if (method !== 'PATCH') return false
      tries++
      response.destroy()
      return true
    }
    const uploader = createUploader({
      endpoint: server.endpoint,
      chunkSizeBytes,
      concurrency: { requests: 1 },
      retry: { attempts: 2, baseDelayMs: 1, maxDelayMs: 2 },
    })
    const { settled } = await uploader.add(randomFile('one.bin', 8 * chunkSizeBytes))
    expect(await settled).toMatchObject([{ how: 'failed', error: { code: 'network', attempt: 6 } }])
    expect(tries).toBe(6)
    uploader.dispose()
  })
})
