import { describe, expect, it } from 'vitest'
import { addFile, heldUpload, MemoryFile, settle, simulation, statusesOf } from '../support/simulation.ts'

describe('attaching', () => {
  it('pauses when the last one who looked has been gone for a moment', async () => {
    const { uploader, clock, upload } = heldUpload()
    const [one, two] = [uploader.attach(), uploader.attach()]
    one()
    one()
    await clock.advance(10_000)
    expect(upload.state.get().status).toBe('uploading')
    two()
    await clock.advance(100)
    expect(upload.state.get().status).toBe('uploading')
    await clock.advance(200)
    expect(upload.state.get()).toMatchObject({ status: 'paused', reason: 'user' })
  })

  it('pauses nothing where somebody came back in time', async () => {
    const { uploader, clock, upload } = heldUpload()
    uploader.attach()()
    await clock.advance(100)
    const detach = uploader.attach()
    await clock.advance(10_000)
    expect(upload.state.get().status).toBe('uploading')
    detach()
    await clock.advance(1000)
    expect(upload.state.get().status).toBe('paused')
  })

  it('listens to the network only while somebody looks or something was added, and is never out of date', async () => {
    const { uploader, clock, environment } = simulation()
    expect(environment.listeners()).toBe(0)
    const detach = uploader.attach()
    expect(environment.listeners()).toBe(1)
    environment.setOnline(false)
    expect(uploader.store.get().online).toBe(false)
    detach()
    await clock.advance(1000)
    expect(environment.listeners()).toBe(0)
    environment.setOnline(true)
    uploader.attach()
    expect(uploader.store.get().online).toBe(true)
  })
})

describe('disposing', () => {
  it('stops in the middle of a part, shows the pause, and leaves nothing behind', async () => {
    const { uploader, network, clock, environment, locks, server, upload } = heldUpload()
    uploader.attach()
    const seen: string[] = []
    upload.state.subscribe(({ status }) => void seen.push(status))
    await settle()
    await network.call('POST /open').answer()
    await clock.advance(100)
    uploader.dispose()
    await settle()
    expect(upload.state.get()).toMatchObject({ status: 'paused', checkpoint: { hasSession: true } })
    expect(seen.at(-1)).toBe('paused')
    expect(network.calls).toEqual([])
    expect(locks.held()).toEqual([])
    expect(environment.listeners()).toBe(0)
    expect(clock.pending()).toBe(0)
    expect(server.sessions.size).toBe(1)
  })

  it('leaves nothing behind in the middle of a wait', async () => {
    const { uploader, network, clock, environment } = heldUpload()
    await settle()
    network.call('POST /open').cut()
    await settle()
    expect(clock.pending()).toBeGreaterThan(0)
    uploader.dispose()
    await settle()
    expect(clock.pending()).toBe(0)
    expect(environment.listeners()).toBe(0)
  })

  it('leaves nothing behind while the server does not want to drop a partial', async () => {
    const { uploader, server, clock, upload } = heldUpload()
    await settle()
    upload.cancel()
    server.intercept = () => ({ status: 500 })
    uploader.dispose()
    await settle()
    expect(clock.pending()).toBe(0)
  })

  it('is deaf afterwards', async () => {
    const { uploader, upload, network } = heldUpload()
    uploader.dispose()
    const seen = statusesOf(uploader)
    const requests = network.log.length
    upload.resume()
    uploader.resume()
    await settle()
    expect(seen.filter((status) => status === 'preparing')).toEqual([])
    expect(network.log).toHaveLength(requests)
    await expect(uploader.add(new MemoryFile('late', 1))).rejects.toThrow('disposed')
  })

  it('starts nothing of what is being added', async () => {
    const { uploader, network, clock } = simulation()
    uploader.use({ beforeAdd: () => Promise.resolve(true) })
    const adding = uploader.add([new MemoryFile('a', 30), new MemoryFile('b', 30)])
    uploader.dispose()
    await adding
    await clock.advance(1000)
    expect(network.log).toEqual([])
    expect(clock.pending()).toBe(0)
  })

  it('can happen in a listener', async () => {
    const { uploader, network, clock } = simulation()
    uploader.on('done', () => uploader.dispose())
    await uploader.add([new MemoryFile('a', 10), new MemoryFile('b', 1000)])
    await clock.advance(60_000)
    expect(network.calls).toEqual([])
    expect(clock.pending()).toBe(0)
    expect(uploader.store.get().counts).toMatchObject({ done: 1, paused: 1 })
  })
})

describe('ends', () => {
  it('are waited for over a pause and a resume', async () => {
    const { uploader, network } = simulation()
    network.policy = () => {}
    const { added, settled } = await uploader.add(new MemoryFile('a', 30))
    const own = added[0]?.settled()
    await settle()
    uploader.pause()
    uploader.resume()
    network.policy = (call) => void call.answer()
    await settle()
    for (const call of [...network.calls]) await call.answer()
    expect((await settled)[0]?.how).toBe('uploaded')
    expect((await own)?.how).toBe('uploaded')
  })

  it('are known of an upload that is removed while it waits, sends or is paused', async () => {
    const { uploader, network } = simulation({ concurrency: { files: 2 } })
    network.policy = () => {}
    const { added, settled } = await uploader.add(['a', 'b', 'c'].map((name) => new MemoryFile(name, 30)))
    added[1]?.pause()
    for (const upload of added) upload.remove()
    expect((await settled).map(({ how }) => how)).toEqual(['canceled', 'canceled', 'canceled'])
    expect(await uploader.settled()).toEqual([])
  })

  it('come once for all, and again after a retry', async () => {
    const { uploader, server } = simulation()
    server.intercept = ({ url }) => (url === '/open' ? { status: 403 } : undefined)
    const outcomes: string[][] = []
    uploader.on('settled', (event) => void outcomes.push(event.outcomes.map(({ how }) => how)))
    const upload = addFile(uploader)
    addFile(uploader)
    await uploader.settled()
    server.intercept = undefined
    const before = upload.settled()
    uploader.retry()
    expect(upload.settled()).not.toBe(before)
    await uploader.settled()
    expect(outcomes).toEqual([
      ['failed', 'failed'],
      ['uploaded', 'uploaded'],
    ])
  })

  it('are not there while something is held or paused, and at once on an empty list', async () => {
    const { uploader } = simulation({ autoStart: false })
    expect(await uploader.settled()).toEqual([])
    const upload = addFile(uploader)
    let isSettled = false
    const settled = uploader.settled().then(() => {
      isSettled = true
    })
    await settle()
    expect(isSettled).toBe(false)
    upload.pause()
    await settle()
    expect(isSettled).toBe(false)
    upload.remove()
    await settled
  })

  it('are told after the removal of what was left, too', async () => {
    const { uploader } = simulation({ autoStart: false })
    let told = 0
    uploader.on('settled', () => void told++)
    const { added } = await uploader.add(new MemoryFile('a', 1))
    added[0]?.remove()
    expect(told).toBe(1)
    await uploader.add(new MemoryFile('b', 1))
    uploader.clear()
    expect(told).toBe(2)
  })
})
