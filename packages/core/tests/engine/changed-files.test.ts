import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createUploader, type NativeResult, type Uploader } from '../../src/index.ts'
import { first } from '../support/faults.ts'
import { type RealServer, randomFile, realServer } from '../support/real-server.ts'

const chunkSizeBytes = 64 * 1024

describe('a file on disk', () => {
  let server: RealServer
  let uploader: Uploader<NativeResult>
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lading-changed-'))
    server = await realServer()
    uploader = createUploader({
      endpoint: server.endpoint,
      chunkSizeBytes,
      autoStart: false,
      concurrency: { files: 1 },
      retry: { attempts: 3, baseDelayMs: 2 },
    })
  })
  afterEach(async () => {
    uploader.dispose()
    await server.close()
    await rm(dir, { recursive: true })
  })

  const change = {
    vanishes: (path: string) => unlink(path),
    'becomes longer': (path: string) => writeFile(path, randomBytes(20 * chunkSizeBytes)),
    'becomes shorter': (path: string) => writeFile(path, randomBytes(10)),
    'becomes empty': (path: string) => writeFile(path, ''),
  }

  it.each(Object.entries(change))(
    'that %s before it is sent fails, typed, and the rest goes on',
    async (_, apply) => {
      const path = join(dir, 'a.bin')
      await writeFile(path, randomBytes(10 * chunkSizeBytes))
      const { settled } = await uploader.add([
        { file: await openAsBlob(path), name: 'a.bin' },
        randomFile('b.bin', 10),
      ])
      await apply(path)
      uploader.start()
      const [one, two] = await settled
      expect(one).toMatchObject({
        how: 'failed',
        error: { code: expect.stringMatching(/^file-/), retryable: false },
      })
      expect(two).toMatchObject({ how: 'uploaded' })
      expect(server.seen).toHaveLength(1)
    },
  )

  it.each(Object.entries(change))(
    'that %s while it is sent fails, typed, and is not published',
    async (_, apply) => {
      const path = join(dir, 'a.bin')
      await writeFile(path, randomBytes(10 * chunkSizeBytes))
      const { settled } = await uploader.add([
        { file: await openAsBlob(path), name: 'a.bin' },
        randomFile('b.bin', 10),
      ])
      const completions: string[] = []
      server.intercept = first(1, 'PATCH', (request, response) => {
        request.resume()
        void apply(path).then(() => response.writeHead(503).end())
        return true
      })
      uploader.start()
      const [one, two] = await settled
      expect(one).toMatchObject({ how: 'failed', error: { code: expect.stringMatching(/^file-/) } })
      expect(two).toMatchObject({ how: 'uploaded' })
      expect(server.seen.map(({ path }) => path).filter((path) => path.endsWith('/complete'))).toEqual(
        completions,
      )
    },
  )
})
