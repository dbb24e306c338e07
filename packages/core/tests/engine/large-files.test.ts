import { describe, expect, it } from 'vitest'
import type { Protocol, TransportRequest } from '../../src/index.ts'
import {
  addFile,
  contentOf,
  MemoryFile,
  type NetworkCall,
  type PlainResult,
  plainProtocol,
  settle,
  simulation,
} from '../support/simulation.ts'

const mebibyte = 1024 * 1024

/** A server that takes everything and looks at nothing. */
function sink(chunkSizeBytes: number, chunksPerPart: number): Protocol<string, PlainResult> {
  return {
    ...plainProtocol({ chunkSizeBytes, chunksPerPart }),
    open: async () => ({ session: 'sink' }),
    async send(ctx, _, { blob, offset, size }) {
      await ctx.request({ method: 'PUT', url: `/sink?offset=${offset}`, body: { kind: 'blob', blob } })
      return { through: offset + size }
    },
    complete: async () => ({ result: { file: 'sink', size: 0 } }),
  }
}

const sizeOf = ({ body }: TransportRequest): number => (body?.kind === 'blob' ? body.blob.size : 0)

describe('a large file', () => {
  it('travels in parts that grow on a fast link, and never holds more than a few of them', async () => {
    const protocol = sink(8 * mebibyte, 4)
    const { uploader, network } = simulation({ protocol, hasher: null })
    let most = 0
    network.policy = (call) => {
      most = Math.max(
        most,
        network.calls.reduce((sum, { request }) => sum + sizeOf(request), 0),
      )
      void call.answer({})
    }
    const upload = addFile(uploader, new MemoryFile('10 GiB', 10 * 1024 * mebibyte))
    expect((await upload.settled()).how).toBe('uploaded')
    const sizes = network.log.map(sizeOf)
    expect(sizes[0]).toBe(8 * mebibyte)
    expect(Math.max(...sizes)).toBe(32 * mebibyte)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(10 * 1024 * mebibyte)
    expect(sizes.length).toBeLessThan(360)
    expect(most).toBeLessThanOrEqual(4 * 32 * mebibyte)
  })

  it('travels chunk by chunk on a slow link', async () => {
    const { uploader, network, clock } = simulation({ protocol: sink(10, 4), hasher: null })
    network.policy = (call) => void clock.after(5000, () => void call.answer({}))
    const upload = addFile(uploader, new MemoryFile('slow', 200))
    await clock.advance(60_000)
    expect((await upload.settled()).how).toBe('uploaded')
    expect(network.log).toHaveLength(20)
  })

  it('goes back to single chunks after a break', async () => {
    const { uploader, network, clock } = simulation({
      plain: { chunksPerPart: 4 },
      concurrency: { requests: 1 },
    })
    let breaks = 0
    network.policy = (call) => {
      if (sizeOf(call.request) === 40 && breaks++ === 0) call.cut()
      else void call.answer()
    }
    const upload = addFile(uploader, new MemoryFile('many', 400))
    await clock.advance(60_000)
    await upload.settled()
    const sizes = network.log.map(sizeOf).filter((size) => size > 0)
    const broken = sizes.indexOf(40)
    expect(sizes[broken + 1]).toBe(10)
    expect(sizes.slice(broken + 2)).toContain(40)
  })

  it('leaves every place of the budget something to do towards the end', async () => {
    const { uploader, network } = simulation({
      protocol: sink(10, 4),
      hasher: null,
      concurrency: { requests: 4 },
    })
    network.policy = (call) => void call.answer({})
    await addFile(uploader, new MemoryFile('many', 400)).settled()
    const sizes = network.log.map(sizeOf)
    expect(Math.max(...sizes)).toBe(40)
    expect(sizes.slice(-4)).toEqual([20, 10, 10, 10])
  })

  it('does not cut a chunk that is larger than what is joined', async () => {
    const { uploader, network } = simulation({ protocol: sink(64 * mebibyte, 4), hasher: null })
    network.policy = (call) => void call.answer({})
    await addFile(uploader, new MemoryFile('wide', 40 * 64 * mebibyte)).settled()
    expect(new Set(network.log.map(sizeOf))).toEqual(new Set([64 * mebibyte]))
  })

  it('keeps at most as many digests waiting as are asked for, and ends with all of them', async () => {
    const { uploader, server } = simulation({ plain: { chunksPerPart: 4 } })
    const upload = addFile(uploader, new MemoryFile('many', 5003))
    expect((await upload.settled()).how).toBe('uploaded')
    expect(server.files.get('s0')).toEqual(contentOf(1, 0, 5003))
  })
})

describe('a connection that never lasts a whole chunk', () => {
  /** Lets a few bytes of each part through, then breaks. */
  const breakAfter = (bytes: number, world: ReturnType<typeof simulation>) => async (call: NetworkCall) => {
    const { method, url, body } = call.request
    if (method !== 'PUT' || body?.kind !== 'blob' || body.blob.size <= bytes) return call.answer()
    const piece = new Uint8Array(await body.blob.slice(0, bytes).arrayBuffer())
    world.server.sessions.get('s0')?.write(Number(url.split('=')[1]), piece, undefined)
    call.cut()
  }

  it('still gets there: what came through is not sent again', async () => {
    const world = simulation({ concurrency: { requests: 2 }, retry: { attempts: 3, baseDelayMs: 10 } })
    const { uploader, network, clock, server } = world
    const policy = breakAfter(3, world)
    network.policy = (call) => void policy(call)
    const upload = addFile(uploader, new MemoryFile('broken', 95))
    await clock.advance(60_000)
    expect((await upload.settled()).how).toBe('uploaded')
    expect(server.files.get('s0')).toEqual(contentOf(1, 0, 95))
    const sent = network.log.filter(({ method }) => method === 'PUT').map(({ url }) => url.split('=')[1])
    expect(new Set(sent).size).toBe(sent.length)
  })

  it('begins the chunk again where the protocol cannot go on inside', async () => {
    const { uploader, network, clock, upload } = (() => {
      const world = simulation({ plain: { grain: 'chunk' }, concurrency: { requests: 1 } })
      world.network.policy = () => {}
      return { ...world, upload: addFile(world.uploader) }
    })()
    await settle()
    await network.call('POST').answer()
    await settle()
    await network.call('PUT').answer({ body: { through: 4 } })
    await settle()
    expect(upload.state.get().progress.landedBytes).toBe(0)
    network.policy = (call) => void call.answer()
    await clock.advance(1000)
    await uploader.settled()
    expect(upload.state.get().status).toBe('done')
  })
})
