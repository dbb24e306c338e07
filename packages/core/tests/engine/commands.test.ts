import axios from 'axios'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createUploader,
  type NativeResult,
  type Upload,
  type Uploader,
  type UploadStatus,
} from '../../src/index.ts'
import { type RealServer, randomFile, realServer, sha256, sha256At } from '../support/real-server.ts'

const kibibyte = 1024
const chunkSizeBytes = 64 * kibibyte

/** Resolves when an upload shows a status, at once where it does already. */
function reaches(upload: Upload<NativeResult>, status: UploadStatus): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (upload.state.get().status !== status) return
      watch.unsubscribe()
      resolve()
    }
    const watch = upload.state.subscribe(look)
    look()
  })
}

describe('commands', () => {
  let server: RealServer
  let uploader: Uploader<NativeResult>
  /** How many requests are under way, and were at most: the server hears of an aborted one's end too late to count. */
  let underWay: { now: number; most: number }
  beforeEach(async () => {
    server = await realServer()
    underWay = { now: 0, most: 0 }
    const http = axios.create()
    http.interceptors.request.use((config) => {
      underWay.most = Math.max(underWay.most, ++underWay.now)
      return config
    })
    const ends = (): void => void underWay.now--
    http.interceptors.response.use(
      (answer) => {
        ends()
        return answer
      },
      (error) => {
        ends()
        return Promise.reject(error)
      },
    )
    uploader = createUploader({ endpoint: server.endpoint, http, chunkSizeBytes, retry: { baseDelayMs: 5 } })
  })
  afterEach(async () => {
    uploader.dispose()
    await server.close()
  })

  async function addOne(size: number): Promise<Upload<NativeResult>> {
    const { added } = await uploader.add(randomFile('one.bin', size))
    const [upload] = added
    if (!upload) throw new Error('not added')
    return upload
  }

  /** Pauses as soon as some parts have landed. */
  function pauseAfter(upload: Upload<NativeResult>, parts: number): Promise<void> {
    let landed = 0
    return new Promise((resolve) => {
      const off = uploader.on('landed', () => {
        if (++landed < parts) return
        off()
        upload.pause()
        resolve()
      })
    })
  }

  const offsetsSent = (): number[] =>
    server.seen
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => Number(headers['upload-offset']))

  it('pauses mid-file, asks what landed, and sends no landed chunk twice', async () => {
    const file = randomFile('one.bin', 40 * chunkSizeBytes)
    const { added } = await uploader.add(file)
    const [upload] = added as [Upload<NativeResult>]
    const landed = new Set<number>()
    uploader.on('landed', ({ offset, size }) => {
      for (let at = offset; at < offset + size; at += chunkSizeBytes) landed.add(at)
    })
    await pauseAfter(upload, 5)
    expect(upload.state.get()).toMatchObject({ status: 'paused', reason: 'user' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const before = new Set(landed)
    const sentBefore = offsetsSent().length
    upload.resume()
    const outcome = await upload.settled()
    if (outcome.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
    expect(server.seen.some(({ method }) => method === 'GET')).toBe(true)
    expect(
      offsetsSent()
        .slice(sentBefore)
        .filter((offset) => before.has(offset)),
    ).toEqual([])
    expect(await sha256At(outcome.result.url)).toBe(await sha256(file))
  })

  it('obeys the last of many quick pauses and resumes, with one run at work', async () => {
    const upload = await addOne(40 * chunkSizeBytes)
    for (let each = 0; each < 10; each++) {
      upload.pause()
      upload.resume()
      await new Promise((resolve) => setTimeout(resolve, each))
    }
    const outcome = await upload.settled()
    expect(outcome.how).toBe('uploaded')
    expect(underWay.most).toBe(4)
  })

  it('cancels, drops what the server has, and goes on with the next file', async () => {
    const upload = await addOne(40 * chunkSizeBytes)
    const other = await addOne(2 * chunkSizeBytes)
    await reaches(upload, 'uploading')
    upload.cancel()
    expect((await upload.settled()).how).toBe('canceled')
    expect((await other.settled()).how).toBe('uploaded')
    expect(uploader.store.get().totals.files).toBe(1)
    await expect.poll(() => server.seen.some(({ method }) => method === 'DELETE')).toBe(true)
  })

  it('removes nothing where there is no such upload, also without an id', async () => {
    const upload = await addOne(100)
    uploader.remove('nobody')
    uploader.remove(undefined as never)
    expect(uploader.store.get().ids).toEqual([upload.id])
  })

  it('removes one and clears the settled', async () => {
    const upload = await addOne(100)
    const other = await addOne(101)
    await uploader.settled()
    uploader.remove(upload.id)
    expect(uploader.get(upload.id)).toBeUndefined()
    expect(uploader.store.get().ids).toEqual([other.id])
    uploader.clear('settled')
    expect(uploader.store.get()).toMatchObject({ ids: [], totals: { files: 0, totalBytes: 0 } })
  })

  it('starts nothing by itself with autoStart off', async () => {
    uploader.setOptions({ autoStart: false })
    const upload = await addOne(100)
    expect(upload.state.get()).toMatchObject({ status: 'queued', held: true })
    expect(upload.can('start')).toBe(true)
    uploader.start()
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('retries a failed upload from what landed', async () => {
    let refusing = true
    server.intercept = ({ method }, response) => {
      if (!refusing || method !== 'PATCH' || offsetsSent().length < 4) return false
      response.writeHead(403).end()
      return true
    }
    const upload = await addOne(8 * chunkSizeBytes)
    const failed = await upload.settled()
    expect(failed).toMatchObject({
      how: 'failed',
      error: { code: 'forbidden', status: 403, retryable: false },
    })
    expect(upload.can('retry')).toBe(true)
    refusing = false
    upload.retry()
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('takes another file in place of one that failed', async () => {
    server.intercept = ({ method }, response) => {
      if (method !== 'POST' || server.seen.length > 1) return false
      response.writeHead(422).end()
      return true
    }
    const upload = await addOne(100)
    await upload.settled()
    const better = randomFile('better.bin', 200)
    uploader.replaceFile(upload.id, better)
    const outcome = await upload.settled()
    if (outcome.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
    expect(outcome.result.size).toBe(200)
    expect(await sha256At(outcome.result.url)).toBe(await sha256(better))
  })

  it('goes on after the server was killed and started again', async () => {
    const file = randomFile('one.bin', 60 * chunkSizeBytes)
    const { added } = await uploader.add(file)
    const [upload] = added as [Upload<NativeResult>]
    await new Promise<void>((resolve) => {
      let landed = 0
      uploader.on('landed', () => ++landed === 6 && resolve())
    })
    await server.stop()
    await new Promise((resolve) => setTimeout(resolve, 60))
    await server.start()
    const outcome = await upload.settled()
    if (outcome.how !== 'uploaded') throw new Error(JSON.stringify(outcome))
    expect(await sha256At(outcome.result.url)).toBe(await sha256(file))
  })

  it('pauses when nobody looks any more, unless somebody looks again at once', async () => {
    const detach = uploader.attach()
    const upload = await addOne(2000 * chunkSizeBytes)
    await reaches(upload, 'uploading')
    detach()
    const again = uploader.attach()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(upload.state.get().status).toBe('uploading')
    again()
    await reaches(upload, 'paused')
    expect(upload.state.get().status).toBe('paused')
  })
})
