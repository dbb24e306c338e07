import { describe, expect, it } from 'vitest'
import { addFile, heldUpload, MemoryFile, settle, simulation } from '../support/simulation.ts'

describe('what is published', () => {
  it('comes once a frame, however much has moved', async () => {
    const { uploader, network, clock, upload } = heldUpload()
    await settle()
    await network.call('POST /open').answer()
    await clock.advance(16)
    const sent: number[] = []
    let totals = 0
    upload.state.subscribe(({ progress }) => void sent.push(progress.sentBytes))
    uploader.store.subscribe(() => void totals++)
    for (let bytes = 1; bytes <= 10; bytes++) for (const call of network.calls) call.sent(bytes)
    expect(sent).toEqual([])
    await clock.advance(16)
    expect(sent).toEqual([30])
    expect(totals).toBe(1)
  })

  it('is what it was while nothing changes: the same object', async () => {
    const { uploader, clock } = simulation({ autoStart: false })
    const upload = addFile(uploader)
    await clock.advance(100)
    expect(upload.state.get()).toBe(upload.state.get())
    expect(uploader.store.get()).toBe(uploader.store.get())
    expect(upload.state).toBe(upload.state)
  })

  it('tells of nothing when nothing happens', async () => {
    const { uploader, clock } = simulation({ autoStart: false })
    addFile(uploader)
    await clock.advance(100)
    let told = 0
    uploader.store.subscribe(() => void told++)
    await clock.advance(10_000)
    expect(told).toBe(0)
    expect(clock.pending()).toBe(0)
  })

  it('counts what the server has and what is on its way apart', async () => {
    const { uploader, network, clock, upload } = heldUpload()
    await settle()
    await network.call('POST /open').answer()
    await settle()
    await network.call('PUT /s0?offset=0').answer()
    network.call('PUT /s0?offset=10').sent(4)
    await clock.advance(16)
    const expected = { totalBytes: 30, landedBytes: 10, sentBytes: 14, ratio: 14 / 30 }
    expect(upload.state.get().progress).toMatchObject(expected)
    expect(uploader.store.get().totals).toMatchObject({ files: 1, ...expected })
    network.call('PUT /s0?offset=10').cut()
    await clock.advance(16)
    expect(upload.state.get().progress).toMatchObject({ landedBytes: 10, sentBytes: 10 })
  })

  it('shows a speed and the time left while bytes move, and neither once they stopped', async () => {
    const file = new MemoryFile('large', 100_000)
    const { uploader, network, clock, upload } = heldUpload({ plain: { chunkSizeBytes: 100_000 } }, file)
    upload.state.subscribe(() => {})
    await settle()
    await network.call('POST /open').answer()
    await settle()
    const part = network.call('PUT')
    for (let step = 1; step <= 50; step++) {
      await clock.advance(100)
      part.sent(step * 1000)
    }
    const { progress } = upload.state.get()
    expect(progress.bytesPerSecond).toBeCloseTo(10_000, -3)
    expect(progress.secondsLeft).toBeCloseTo(5, 0)
    expect(uploader.store.get().speed).toBeCloseTo(10_000, -3)
    await clock.advance(25_000)
    expect(uploader.store.get().speed).toBeLessThan(100)
    upload.pause()
    expect(upload.state.get().progress.bytesPerSecond).toBe(0)
    expect(uploader.store.get().speed).toBe(0)
  })

  it('shows no speed while everything waits, as over a failure', async () => {
    const file = new MemoryFile('large', 100_000)
    const given = { plain: { chunkSizeBytes: 100_000 }, retry: { baseDelayMs: 5000 } }
    const { uploader, network, clock, upload } = heldUpload(given, file)
    for (const watched of [upload.state, uploader.store]) watched.subscribe(() => {})
    await settle()
    await network.call('POST /open').answer()
    await settle()
    for (let step = 1; step <= 20; step++) {
      await clock.advance(100)
      network.call('PUT').sent(step * 1000)
    }
    expect(uploader.store.get().speed).toBeGreaterThan(0)
    expect(upload.state.get().progress.bytesPerSecond).toBeGreaterThan(0)
    network.call('PUT').cut()
    await settle()
    expect(upload.state.get()).toMatchObject({ waiting: { reason: 'backoff' } })
    expect(upload.state.get().progress.bytesPerSecond).toBe(0)
    expect(uploader.store.get()).toMatchObject({ speed: 0, totals: { bytesPerSecond: 0 } })
  })

  it('survives watchers that throw: they are reported, and the others are told', async () => {
    const { uploader, environment, clock } = simulation()
    const upload = addFile(uploader)
    const [one, two] = [new Error('of the upload'), new Error('of the uploader')]
    let told = 0
    upload.state.subscribe(() => {
      throw one
    })
    upload.state.subscribe(() => void told++)
    uploader.store.subscribe(() => {
      throw two
    })
    uploader.store.subscribe(() => void told++)
    await upload.settled()
    await clock.advance(16)
    expect(environment.reported).toEqual(expect.arrayContaining([one, two]))
    expect(told).toBeGreaterThanOrEqual(2)
    expect(upload.state.get().status).toBe('done')
  })

  it('stops telling who has unsubscribed', async () => {
    const { uploader, clock } = simulation()
    let told = 0
    const { unsubscribe } = uploader.store.subscribe(() => void told++)
    unsubscribe()
    await addFile(uploader).settled()
    await clock.advance(100)
    expect(told).toBe(0)
  })

  it('shows chunks as they are', async () => {
    const { network, upload } = heldUpload({ concurrency: { requests: 2 } })
    expect(upload.chunks()).toEqual([])
    await settle()
    await network.call('POST /open').answer()
    await settle()
    await network.call('PUT /s0?offset=10').answer()
    await settle()
    expect(upload.chunks()).toEqual([
      { index: 0, offset: 0, size: 10, status: 'sending' },
      { index: 1, offset: 10, size: 10, status: 'landed' },
      { index: 2, offset: 20, size: 10, status: 'sending' },
    ])
  })

  it('has the state of now at any time, in a listener too', async () => {
    const { uploader } = simulation()
    uploader.on('status', ({ upload, status }) => {
      expect(upload.state.get().status).toBe(status)
      expect(uploader.store.get().counts[status]).toBeGreaterThan(0)
    })
    await addFile(uploader).settled()
    await uploader.settled()
    expect.assertions(8)
  })

  it('lists uploads in the order they were added', async () => {
    const { uploader } = simulation()
    const { added } = await uploader.add(['a', 'b', 'c'].map((name) => new MemoryFile(name, 1)))
    expect(uploader.store.get().ids).toEqual(added.map(({ id }) => id))
    uploader.remove(added[1]?.id ?? '')
    expect(uploader.store.get().ids).toEqual([added[0]?.id, added[2]?.id])
  })
})

describe('a listener that throws', () => {
  it('is reported and changes nothing', async () => {
    const { uploader, environment } = simulation()
    for (const name of ['added', 'status', 'landed', 'done', 'settled'] as const) {
      uploader.on(name, () => {
        throw new Error(name)
      })
    }
    const { settled } = await uploader.add([new MemoryFile('a', 30), new MemoryFile('b', 30)])
    expect((await settled).map(({ how }) => how)).toEqual(['uploaded', 'uploaded'])
    await settle()
    const names = environment.reported.map((error) => (error as Error).message)
    expect([...new Set(names)].sort()).toEqual(['added', 'done', 'landed', 'settled', 'status'])
  })
})
