import { describe, expect, it } from 'vitest'
import type { Upload } from '../../src/index.ts'
import {
  addFile,
  contentOf,
  heldUpload,
  MemoryFile,
  type PlainResult,
  PlainSession,
  settle,
  simulation,
} from '../support/simulation.ts'

/** Fails an upload for good, so that the next command begins from a checkpoint. */
async function failMidway(world: ReturnType<typeof simulation>): Promise<Upload<PlainResult>> {
  world.uploader.setOptions({ concurrency: { requests: 1 } })
  world.server.intercept = ({ url }) => (url.includes('offset=20') ? { status: 403 } : undefined)
  const upload = addFile(world.uploader)
  await upload.settled()
  world.server.intercept = undefined
  return upload
}

describe('a session that the server has lost', () => {
  it('is followed by a fresh one that says why, and nothing of the old one counts', async () => {
    const { uploader, network, server } = simulation({ concurrency: { requests: 1 } })
    const reasons: string[] = []
    uploader.on('restarted', ({ reason }) => void reasons.push(reason))
    let parts = 0
    server.intercept = ({ method }) => {
      if (method === 'PUT' && ++parts === 3) server.sessions.clear()
      return undefined
    }
    const upload = addFile(uploader)
    expect(await upload.settled()).toMatchObject({ how: 'uploaded', result: { file: 's1' } })
    expect(reasons).toEqual(['gone'])
    expect(server.files.get('s1')).toEqual(contentOf(1, 0, 30))
    const keys = network.log.flatMap(({ url, body }) =>
      url === '/open' && body?.kind === 'json' ? [(body.value as { key: string }).key] : [],
    )
    expect(new Set(keys).size).toBe(2)
  })

  it('goes on in the cut the file is known by, also where the app wants another by now', async () => {
    const { uploader, network, server } = simulation({
      concurrency: { requests: 1 },
      plain: { identity: { scheme: 'sha-256-composite', due: 'open' } },
    })
    let parts = 0
    server.intercept = ({ method }) => {
      if (method !== 'PUT' || ++parts !== 2) return undefined
      server.sessions.clear()
      uploader.setOptions({ chunkSizeBytes: 7 })
      return undefined
    }
    const upload = addFile(uploader)
    expect(await upload.settled()).toMatchObject({ how: 'uploaded', result: { file: 's1' } })
    expect(server.files.get('s1')).toEqual(contentOf(1, 0, 30))
    const cuts = network.log.flatMap(({ url, body }) =>
      url === '/open' && body?.kind === 'json'
        ? [(body.value as { chunkSizeBytes: number }).chunkSizeBytes]
        : [],
    )
    expect(cuts).toEqual([10, 10])
    expect(upload.chunks()).toHaveLength(3)
  })

  it('ends the upload when it happens again and again, also when bytes landed in between', async () => {
    const { uploader, network, server } = simulation({ concurrency: { requests: 1 } })
    let parts = 0
    server.intercept = ({ method }) => {
      if (method === 'PUT' && ++parts % 2 === 0) server.sessions.clear()
      return undefined
    }
    const upload = addFile(uploader)
    expect(await upload.settled()).toMatchObject({ how: 'failed', error: { code: 'session-lost' } })
    expect(network.log.length).toBeLessThan(20)
    server.intercept = undefined
    upload.retry()
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('starts afresh when it is found out by asking', async () => {
    const world = simulation()
    const upload = await failMidway(world)
    world.server.sessions.clear()
    upload.retry()
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('starts afresh when it is found out by completing', async () => {
    const { uploader, server } = simulation()
    let completions = 0
    server.intercept = ({ url }) => {
      if (url.endsWith('/complete') && ++completions === 1) server.sessions.clear()
      return undefined
    }
    expect((await addFile(uploader).settled()).how).toBe('uploaded')
    expect(completions).toBe(2)
  })

  it('does not wait for the last parts of the old one, and counts none of their late acknowledgements', async () => {
    const { uploader, network, upload } = heldUpload({ concurrency: { requests: 4 } })
    await settle()
    await network.call('POST /open').answer()
    await settle()
    let landed = 0
    uploader.on('landed', () => void landed++)
    await network.call('PUT /s0?offset=0').answer({ status: 404, body: { lost: 'expired' } })
    await settle()
    await network.call('POST /open').arrive()
    await network.call('PUT /s0?offset=10').answer()
    await settle()
    expect(upload.state.get()).toMatchObject({
      status: 'uploading',
      progress: { landedBytes: 0, sentBytes: 0 },
    })
    expect(landed).toBe(0)
    network.call('PUT /s0?offset=20').cut()
    await settle()
    expect(upload.state.get()).not.toHaveProperty('waiting')
    network.policy = (call) => void call.answer()
    await network.call('POST /open').answer()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(uploader.store.get().totals.landedBytes).toBe(30)
  })

  it('begins a fresh one where counts differ and the server cannot be asked', async () => {
    const { uploader, server } = simulation({ plain: { canAsk: false } })
    let refusals = 1
    server.intercept = ({ method }) =>
      method === 'PUT' && refusals-- > 0 ? { status: 409, body: { recount: true } } : undefined
    const reasons: string[] = []
    uploader.on('restarted', ({ reason }) => void reasons.push(reason))
    expect((await addFile(uploader).settled()).how).toBe('uploaded')
    expect(reasons).toEqual(['reset'])
  })
})

describe('going on', () => {
  it('does not ask what landed while a part is still on its way', async () => {
    const { network, upload, server, clock } = heldUpload({ concurrency: { requests: 2 } })
    await settle()
    await network.call('POST /open').answer()
    await settle()
    network.call('PUT /s0?offset=0').cut()
    await clock.advance(1000)
    expect(upload.state.get().status).toBe('checking')
    expect(network.log.map(({ method }) => method)).not.toContain('GET')
    network.policy = (call) => void call.answer()
    await network.call('PUT /s0?offset=10').answer()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(server.resent).toBe(0)
  })

  it.each([true, false])(
    'does not miss a last part that lands between a pause and a resume',
    async (canAsk) => {
      const file = new MemoryFile('one chunk', 7)
      const { network, upload } = heldUpload({ plain: { canAsk } }, file)
      await settle()
      await network.call('POST /open').answer()
      await settle()
      const part = network.call('PUT')
      network.policy = (call) => void call.answer()
      const answered = part.answer()
      while (part.isOpen) await Promise.resolve()
      upload.pause()
      upload.resume()
      await answered
      expect((await upload.settled()).how).toBe('uploaded')
    },
  )

  it('sends a part again whose fate is not known where the server cannot be asked', async () => {
    const { network, upload, server } = heldUpload({ plain: { canAsk: false }, concurrency: { requests: 1 } })
    await settle()
    await network.call('POST /open').answer()
    await settle()
    await network.call('PUT /s0?offset=0').arrive()
    upload.pause()
    network.policy = (call) => void call.answer()
    upload.resume()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(server.resent).toBe(1)
  })

  it('starts afresh with resume off, and lets the server drop what it has', async () => {
    const world = simulation({ resume: false })
    const upload = await failMidway(world)
    upload.retry()
    expect(await upload.settled()).toMatchObject({ how: 'uploaded', result: { file: 's1' } })
    expect([...world.server.sessions.keys()]).toEqual(['s1'])
  })

  it('keeps an answer that crossed the pause', async () => {
    const { network, upload, server } = heldUpload()
    await settle()
    const open = network.call('POST /open')
    upload.pause()
    await open.answer()
    await settle()
    expect(upload.state.get().status).toBe('paused')
    network.policy = (call) => void call.answer()
    upload.resume()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(server.sessions.size).toBe(1)
  })

  it('asks before it sends where opening says so, though the answer crossed a pause', async () => {
    const { network, upload } = heldUpload()
    await settle()
    upload.pause()
    await network.call('POST /open').arrive()
    await network.call('POST /open').answer({ body: { session: 's0', ask: true } })
    await settle()
    network.policy = (call) => void call.answer()
    upload.resume()
    await upload.settled()
    expect(network.log.slice(0, 3).map(({ method }) => method)).toEqual(['POST', 'GET', 'PUT'])
  })

  it('takes over what landed in an earlier session of the same name', async () => {
    const { uploader, network, server } = simulation({ autoStart: false })
    const upload = addFile(uploader)
    const session = new PlainSession({
      key: upload.id,
      name: 'one.bin',
      size: 30,
      chunkSizeBytes: 10,
      count: 3,
    })
    session.write(0, contentOf(1, 0, 14), undefined)
    server.sessions.set('before', session)
    upload.start()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(network.log.filter(({ method }) => method === 'PUT').map(({ url }) => url)).toEqual([
      '/before?offset=14',
      '/before?offset=20',
    ])
  })

  it('never goes on in a session of another cut', async () => {
    const { uploader, network, server, upload } = heldUpload()
    await settle()
    upload.pause()
    uploader.setOptions({ chunkSizeBytes: 7 })
    network.policy = (call) => void call.answer()
    upload.resume()
    for (const call of [...network.calls]) await call.answer()
    expect((await upload.settled()).how).toBe('uploaded')
    await settle()
    expect(server.sessions.size).toBe(1)
    expect(upload.chunks()).toHaveLength(5)
  })
})

describe('another file in place', () => {
  it('starts afresh with the new bytes and drops the old session', async () => {
    const world = simulation()
    const upload = await failMidway(world)
    world.uploader.replaceFile(upload.id, new MemoryFile('other.bin', 50, { seed: 2 }))
    expect(await upload.settled()).toMatchObject({ how: 'uploaded', result: { file: 's1', size: 50 } })
    expect(world.server.files.get('s1')).toEqual(contentOf(2, 0, 50))
    expect([...world.server.sessions.keys()]).toEqual(['s1'])
    expect(world.uploader.store.get().totals).toMatchObject({ totalBytes: 50, landedBytes: 50 })
  })

  it('is not mixed with the old one by a listener that replaces while a slot is being won', async () => {
    const world = simulation({ concurrency: { files: 1 } })
    const upload = await failMidway(world)
    upload.pause()
    world.uploader.on('status', ({ previous }) => {
      if (previous === 'failed') world.uploader.replaceFile(upload.id, new MemoryFile('b', 30, { seed: 2 }))
    })
    upload.retry()
    const outcome = await upload.settled()
    if (outcome.how !== 'uploaded') throw new Error(outcome.how)
    expect(world.server.files.get(outcome.result.file)).toEqual(contentOf(2, 0, 30))
  })

  it('is not taken while the old one is on its way, nor after it has ended well', async () => {
    const { uploader, network, upload } = heldUpload()
    await settle()
    uploader.replaceFile(upload.id, new MemoryFile('b', 5))
    expect(upload.size).toBe(30)
    network.policy = (call) => void call.answer()
    for (const call of [...network.calls]) await call.answer()
    await upload.settled()
    uploader.replaceFile(upload.id, new MemoryFile('b', 5))
    expect(upload.size).toBe(30)
    expect(() => uploader.replaceFile('nobody', new Blob())).toThrow(TypeError)
    expect(() => uploader.replaceFile(upload.id, 'text' as never)).toThrow('Expected `file`')
  })
})
