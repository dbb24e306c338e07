import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createUploader } from '../../src/index.ts'
import { type RealServer, randomFile, realServer, sha256, sha256At } from '../support/real-server.ts'

const kibibyte = 1024

describe('an upload to the real server', () => {
  let server: RealServer
  beforeEach(async () => {
    server = await realServer()
  })
  afterEach(() => server.close())

  it.each([0, 1, 100, 64 * kibibyte, 64 * kibibyte + 1, 1000 * kibibyte])(
    'brings %i bytes back as they were',
    async (size) => {
      const uploader = createUploader({ endpoint: server.endpoint, chunkSizeBytes: 64 * kibibyte })
      const file = randomFile('a file.bin', size)
      const { settled } = await uploader.add(file)
      const [outcome] = await settled
      if (outcome?.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
      expect(outcome.result).toMatchObject({ name: 'a file.bin', size })
      expect(await sha256At(outcome.result.url)).toBe(await sha256(file))
      expect(outcome.upload.state.get()).toMatchObject({ status: 'done', progress: { ratio: 1 } })
      uploader.dispose()
    },
  )

  it('sends a small file by one request', async () => {
    const uploader = createUploader({ endpoint: server.endpoint })
    await (await uploader.add(randomFile('small', 1000))).settled
    expect(server.seen.map(({ method }) => method)).toEqual(['POST'])
    uploader.dispose()
  })

  it('never has more requests under way than the budget allows', async () => {
    const uploader = createUploader({
      endpoint: server.endpoint,
      chunkSizeBytes: 16 * kibibyte,
      concurrency: { requests: 3, files: 5 },
    })
    const files = Array.from({ length: 12 }, (_, index) => randomFile(`${index}`, 200 * kibibyte))
    const { settled } = await uploader.add(files)
    const outcomes = await settled
    expect(outcomes.map(({ how }) => how)).toEqual(files.map(() => 'uploaded'))
    expect(server.peak()).toBe(3)
    uploader.dispose()
  })
})
