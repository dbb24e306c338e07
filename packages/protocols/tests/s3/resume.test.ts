import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { storeProxy } from './support/proxy.ts'
import { randomFile, sha256, signing, uploaderTo } from './support/signing.ts'
import { bytesOf, contentsOf, noStore, storeClient } from './support/store.ts'

const mebibyte = 1024 * 1024

async function onlyUpload(bucket: string): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { Uploads = [] } = await storeClient().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  const [{ Key = '', UploadId = '' } = {}] = Uploads
  return { Bucket: bucket, Key, UploadId }
}

/** What was stored is what was picked, once, and nothing else is in the bucket. */
async function expectStored(
  bucket: string,
  outcomes: readonly unknown[],
  files: readonly File[],
): Promise<void> {
  const keys = outcomes.map((outcome) => {
    expect(outcome).toMatchObject({ how: 'uploaded' })
    return (outcome as { result: { key: string } }).result.key
  })
  const digests = await Promise.all(keys.map(async (key) => sha256(await bytesOf(bucket, key))))
  expect(digests).toEqual(await Promise.all(files.map(sha256)))
  expect(await contentsOf(bucket)).toEqual({ keys: [...keys].sort(), unfinished: [] })
}

describe.skipIf(noStore)('s3 after a break', () => {
  it('goes on after a pause with what is missing, and sends nothing again that landed', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    const uploader = uploaderTo(endpoint, { concurrency: { requests: 2 } })
    const file = randomFile(30 * mebibyte)
    const landed: number[] = []
    uploader.on('landed', ({ offset }) => {
      landed.push(offset / (5 * mebibyte) + 1)
      if (landed.length === 2) uploader.pause()
    })
    const { added, settled } = await uploader.add(file)
    await expect.poll(() => added[0]?.state.get().status).toBe('paused')
    const before = [...landed]
    const sentBefore = proxy.puts().length
    uploader.resume()
    await expectStored(bucket, await settled, [file])
    const sentAfter = proxy
      .puts()
      .slice(sentBefore)
      .map(({ query }) => Number(query.get('partNumber')))
    expect(sentAfter.filter((number) => before.includes(number))).toEqual([])
  })

  it('asks after a lost acknowledgement, and sends no part twice that is there', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    let isLost = false
    proxy.swallow = ({ method, query }) => {
      if (isLost || method !== 'PUT' || query.get('partNumber') !== '2') return false
      isLost = true
      return true
    }
    const file = randomFile(15 * mebibyte)
    const { settled } = await uploaderTo(endpoint).add(file)
    await expectStored(bucket, await settled, [file])
    expect(isLost).toBe(true)
    const numbers = proxy.puts().map(({ query }) => query.get('partNumber'))
    expect(numbers.filter((number) => number === '2')).toHaveLength(1)
  })

  it('puts a small file again under the same key where the answer was lost', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    let isLost = false
    proxy.swallow = ({ method }) => {
      const isFirst = method === 'PUT' && !isLost
      isLost ||= isFirst
      return isFirst
    }
    const file = randomFile(1000)
    const { settled } = await uploaderTo(endpoint).add(file)
    await expectStored(bucket, await settled, [file])
    expect(new Set(proxy.puts().map(({ path }) => path)).size).toBe(1)
    expect(proxy.puts()).toHaveLength(2)
  })

  it('takes a part of another size for missing, whoever put it there', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    let isPlanted = false
    proxy.intercept = (request, response, { method, query }) => {
      if (isPlanted || method !== 'PUT') return false
      isPlanted = true
      const plant = async (): Promise<void> => {
        const place = await onlyUpload(bucket)
        const PartNumber = Number(query.get('partNumber'))
        const Body = new Uint8Array(6 * mebibyte)
        await storeClient().send(new UploadPartCommand({ ...place, PartNumber, Body }))
        request.socket.destroy()
      }
      void plant().catch(() => response.destroy())
      return true
    }
    const file = randomFile(12 * mebibyte)
    const { settled } = await uploaderTo(endpoint).add(file)
    await expectStored(bucket, await settled, [file])
    expect(isPlanted).toBe(true)
  })

  it('starts afresh where the upload was aborted meanwhile, and says that it was gone', async () => {
    const proxy = await storeProxy()
    const { endpoint, bucket } = await signing({}, proxy.origin)
    let isAborted = false
    proxy.intercept = (request, _response, { method, query }) => {
      if (isAborted || method !== 'PUT' || query.get('partNumber') !== '3') return false
      isAborted = true
      const abort = async (): Promise<void> => {
        await storeClient().send(new AbortMultipartUploadCommand(await onlyUpload(bucket)))
        request.socket.destroy()
      }
      void abort()
      return true
    }
    const uploader = uploaderTo(endpoint, { concurrency: { requests: 1 } })
    const reasons: string[] = []
    uploader.on('restarted', ({ reason }) => reasons.push(reason))
    const file = randomFile(15 * mebibyte)
    const { settled } = await uploader.add(file)
    await expectStored(bucket, await settled, [file])
    expect(reasons).toEqual(['gone'])
  })

  it.each([
    ['', 1000],
    ['', 12 * mebibyte],
    ['/sign', 12 * mebibyte],
    ['/complete', 12 * mebibyte],
    ['/complete', 0],
  ])(
    'stores the file once where the answer of the signer to %j was lost, for %i bytes',
    async (path, size) => {
      const proxy = await storeProxy()
      // with somebody to tell, also a file of one part is completed
      const signer = await signing({ onComplete: () => {} }, proxy.origin)
      let isLost = false
      signer.intercept = ({ url, socket }, response) => {
        if (url !== `/s3${path}` || isLost) return false
        isLost = true
        const cut = (): typeof response => {
          socket.destroy()
          return response
        }
        Object.assign(response, { writeHead: cut, write: cut, end: cut })
        return false
      }
      const file = randomFile(size)
      const { settled } = await uploaderTo(signer.endpoint).add(file)
      const [outcome] = await settled
      if (outcome?.how !== 'uploaded') throw new Error('not uploaded')
      expect(isLost).toBe(true)
      expect(await sha256(await bytesOf(signer.bucket, outcome.result.key))).toBe(await sha256(file))
      const { keys, unfinished } = await contentsOf(signer.bucket)
      expect(keys).toEqual([outcome.result.key])
      // what a lost beginning has begun holds no bytes, and is left to the bucket's own rules
      expect(unfinished).toHaveLength(path === '' && size > mebibyte ? 1 : 0)
      // an empty one is stored by the signer
      expect(proxy.puts()).toHaveLength(size > mebibyte ? 3 : Math.min(1, size))
    },
  )

  it('asks again for the parts where that answer was lost', async () => {
    const proxy = await storeProxy()
    const signer = await signing({}, proxy.origin)
    let [isCut, isLost] = [false, false]
    proxy.swallow = ({ method }) => {
      const isFirst = method === 'PUT' && !isCut
      isCut ||= isFirst
      return isFirst
    }
    signer.intercept = ({ url, socket }) => {
      if (url !== '/s3/parts' || isLost) return false
      isLost = true
      socket.destroy()
      return true
    }
    const file = randomFile(12 * mebibyte)
    const { settled } = await uploaderTo(signer.endpoint).add(file)
    await expectStored(signer.bucket, await settled, [file])
    expect(isLost).toBe(true)
    expect(proxy.puts()).toHaveLength(3)
  })

  it('signs again what a real store calls expired, and sends the part in the same attempt', async () => {
    const proxy = await storeProxy()
    const signer = await signing({ expiresInSeconds: 1 }, proxy.origin)
    const held: { pass(): void }[] = []
    proxy.intercept = (request, response, seen) => {
      if (seen.method !== 'PUT' || held.length > 0) return false
      // until it has expired by the second that SigV4 counts in
      held.push({ pass: () => proxy.pass(request, response, seen) })
      setTimeout(() => held[0]?.pass(), 2100)
      return true
    }
    const uploader = uploaderTo(signer.endpoint, { concurrency: { requests: 1 } })
    const retried: unknown[] = []
    uploader.on('retrying', (event) => retried.push(event))
    const file = randomFile(6 * mebibyte)
    const { settled } = await uploader.add(file)
    await expectStored(signer.bucket, await settled, [file])
    expect(proxy.puts().map(({ status }) => status)).toEqual([403, 200, 200])
    expect(signer.asked).toEqual(['', '/sign', '/sign', '/sign', '/complete'])
    expect(retried).toEqual([])
  })

  it('stores two files of one name, size and type apart, in one call', async () => {
    const { endpoint, bucket } = await signing()
    const files = [randomFile(1000, 'a.bin'), randomFile(1000, 'a.bin')]
    files.push(randomFile(6 * mebibyte, 'a.bin'), randomFile(6 * mebibyte, 'a.bin'))
    const { settled } = await uploaderTo(endpoint, {
      restrictions: { allowDuplicates: true },
    }).add(files)
    await expectStored(bucket, await settled, files)
  })

  it.each([
    ['a multipart upload', 30 * mebibyte],
    ['a file of one part', mebibyte],
  ])('leaves nothing of %s that is canceled', async (_what, size) => {
    const proxy = await storeProxy()
    const signer = await signing({}, proxy.origin)
    const uploader = uploaderTo(signer.endpoint, { concurrency: { requests: 2 } })
    proxy.swallow = ({ method, query }) => {
      // the answer is lost, and nobody waits for another
      if (method === 'PUT' && query.get('partNumber') !== '1') uploader.cancel()
      return false
    }
    const { settled } = await uploader.add(randomFile(size))
    expect((await settled).map(({ how }) => how)).toEqual(['canceled'])
    await expect.poll(() => signer.asked.includes('/abort'), { timeout: 10_000 }).toBe(true)
    await expect
      .poll(() => contentsOf(signer.bucket), { timeout: 10_000 })
      .toEqual({ keys: [], unfinished: [] })
  })
})
