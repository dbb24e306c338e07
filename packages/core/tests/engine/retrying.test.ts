import { describe, expect, it } from 'vitest'
import type { UploadError } from '../../src/index.ts'
import {
  addFile,
  heldUpload,
  MemoryFile,
  type NetworkCall,
  scriptedRandom,
  settle,
  simulation,
} from '../support/simulation.ts'

const retry = { attempts: 4, baseDelayMs: 100, maxDelayMs: 1000 }
const halves = (): ReturnType<typeof scriptedRandom> => scriptedRandom([0.5])

/** Answers everything but parts. */
const allButParts = (call: NetworkCall): void => void (call.request.method !== 'PUT' && call.answer())

describe('trying again', () => {
  it('waits twice as long each time, under the jitter, and gives up with the number of attempts', async () => {
    const { uploader, server, clock } = simulation({ retry, random: halves() })
    server.intercept = ({ url }) => (url === '/open' ? { status: 503 } : undefined)
    const delays: number[] = []
    uploader.on('retrying', ({ delayMs, attempt, error }) => {
      delays.push(delayMs)
      expect(error).toMatchObject({ code: 'server-error', status: 503 })
      expect(attempt).toBe(delays.length)
    })
    const upload = addFile(uploader)
    await settle()
    expect(upload.state.get()).toMatchObject({ waiting: { reason: 'backoff', untilMs: clock.now() + 50 } })
    await clock.advance(10_000)
    expect(delays).toEqual([50, 100, 200])
    expect(await upload.settled()).toMatchObject({
      how: 'failed',
      error: { code: 'server-error', attempt: 4 },
    })
  })

  it('counts from the start again after a retry, and after a resume', async () => {
    const { uploader, server, clock } = simulation({ retry, random: halves() })
    server.intercept = () => ({ status: 503 })
    const attempts: number[] = []
    uploader.on('retrying', ({ attempt }) => void attempts.push(attempt))
    const upload = addFile(uploader)
    await clock.advance(10_000)
    upload.retry()
    await clock.advance(140)
    upload.pause()
    upload.resume()
    await clock.advance(10_000)
    expect(attempts).toEqual([1, 2, 3, 1, 2, 1, 2, 3])
  })

  it('never tries again with no attempts', async () => {
    const { uploader, server } = simulation({ retry: { attempts: 0 } })
    server.intercept = () => ({ status: 503 })
    expect(await addFile(uploader).settled()).toMatchObject({ how: 'failed', error: { attempt: 1 } })
  })

  it.each([
    ['a number of seconds', '7', 7000],
    ['a date', new Date(1_700_000_007_000).toUTCString(), 7000],
    ['more than the longest delay', '3600', 3_600_000],
  ])('waits as long as a busy server asks for: %s', async (_, value, delayMs) => {
    const { uploader, server, clock } = simulation({ retry })
    let refusals = 1
    server.intercept = ({ method }) =>
      method === 'PUT' && refusals-- > 0 ? { status: 429, headers: { 'Retry-After': value } } : undefined
    const upload = addFile(uploader)
    await settle()
    expect(upload.state.get()).toMatchObject({
      status: 'uploading',
      waiting: { reason: 'server-busy', untilMs: clock.now() + delayMs },
    })
    await clock.advance(delayMs - 1)
    expect(upload.state.get()).toHaveProperty('waiting')
    await clock.advance(1)
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('does not come back early to a busy server because the network changed', async () => {
    const { uploader, server, clock, environment, network } = simulation({ retry })
    server.intercept = () => ({ status: 503, headers: { 'Retry-After': '60' } })
    addFile(uploader)
    await settle()
    environment.setOnline(true)
    await clock.advance(59_000)
    expect(network.log).toHaveLength(1)
  })

  it('asks nothing of a busy server that said so to another part', async () => {
    const { network, upload, clock } = heldUpload({ retry, concurrency: { requests: 2 } })
    await settle()
    await network.call('POST /open').answer()
    await settle()
    network.call('PUT /s0?offset=0').cut()
    await clock.advance(200)
    await network.call('PUT /s0?offset=10').answer({ status: 429, headers: { 'Retry-After': '60' } })
    await clock.advance(59_000)
    expect(network.calls).toEqual([])
    expect(upload.state.get()).toMatchObject({ waiting: { reason: 'server-busy' } })
    network.policy = (call) => void call.answer()
    await clock.advance(1000)
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('waits for the network without counting, and goes on at once when it is back', async () => {
    const { uploader, clock, environment, network, upload } = heldUpload({ retry: { attempts: 1 } })
    await settle()
    environment.setOnline(false)
    network.call('POST /open').cut()
    await clock.advance(3_600_000)
    expect(upload.state.get()).toMatchObject({ status: 'uploading', waiting: { reason: 'offline' } })
    expect(uploader.store.get().online).toBe(false)
    network.policy = (call) => void call.answer()
    environment.setOnline(true)
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('ends a back-off when the network comes back', async () => {
    const { environment, network, upload } = heldUpload({ retry, random: halves() })
    await settle()
    network.call('POST /open').cut()
    await settle()
    expect(upload.state.get()).toMatchObject({ waiting: { reason: 'backoff' } })
    network.policy = (call) => void call.answer()
    environment.setOnline(true)
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('calls a request off on which nothing moves, and sends it again', async () => {
    const { uploader, clock, network, upload } = heldUpload({
      stallTimeoutMs: 1000,
      concurrency: { requests: 1 },
      random: halves(),
    })
    const errors: UploadError[] = []
    uploader.on('retrying', ({ error }) => void errors.push(error))
    network.policy = allButParts
    await settle()
    const part = network.call('PUT')
    await clock.advance(900)
    part.sent(3)
    await clock.advance(999)
    expect(part.isOpen).toBe(true)
    await clock.advance(1)
    expect(part.isOpen).toBe(false)
    expect(errors).toMatchObject([{ code: 'timeout' }])
    network.policy = (call) => void call.answer()
    await clock.advance(10_000)
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('counts one break of the line once, however many parts it cut', async () => {
    const { uploader, network, clock, upload } = heldUpload({
      retry: { ...retry, attempts: 3 },
      random: halves(),
    })
    await settle()
    network.policy = allButParts
    await network.call('POST /open').answer()
    const attempts: number[] = []
    uploader.on('retrying', ({ attempt }) => void attempts.push(attempt))
    for (let each = 0; each < 2; each++) {
      await settle()
      for (const call of [...network.calls]) call.cut()
      await clock.advance(1000)
    }
    expect(attempts).toEqual([1, 2])
    network.policy = (call) => void call.answer()
    for (const call of [...network.calls]) await call.answer()
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('starts counting afresh when a byte has landed', async () => {
    const { uploader, server, clock } = simulation({
      retry: { ...retry, attempts: 2 },
      concurrency: { requests: 1 },
    })
    let puts = 0
    server.intercept = ({ method }) => (method === 'PUT' && puts++ % 2 === 0 ? { status: 500 } : undefined)
    const upload = addFile(uploader, new MemoryFile('ten chunks', 100))
    await clock.advance(60_000)
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('pauses in the middle of a wait, and leaves nothing behind', async () => {
    const { uploader, clock, environment, network, upload } = heldUpload({ retry })
    await settle()
    network.call('POST /open').cut()
    let retrying = 0
    uploader.on('retrying', () => void retrying++)
    upload.pause()
    await clock.advance(20)
    expect(retrying).toBe(0)
    upload.resume()
    await settle()
    network.call('POST /open').cut()
    await settle()
    expect(retrying).toBe(1)
    upload.pause()
    expect(upload.state.get()).toMatchObject({ status: 'paused' })
    expect(upload.state.get()).not.toHaveProperty('waiting')
    await clock.advance(20)
    expect(clock.pending()).toBe(0)
    expect(environment.listeners()).toBe(1)
  })

  it('fails at once where one of several parts is refused for good', async () => {
    const { network, upload, clock } = heldUpload({ retry })
    await settle()
    await network.call('POST /open').answer()
    await settle()
    network.call('PUT /s0?offset=0').cut()
    await settle()
    expect(upload.state.get()).toHaveProperty('waiting')
    await network.call('PUT /s0?offset=10').answer({ status: 403 })
    await settle()
    expect(upload.state.get()).toMatchObject({ status: 'failed', error: { code: 'forbidden' } })
    await clock.advance(20)
    expect(network.calls).toEqual([])
    expect(clock.pending()).toBe(0)
  })

  it('says that the file changed where that is why a request got no answer', async () => {
    const file = new MemoryFile('changing', 30)
    const { network, upload } = heldUpload({ hasher: null }, file)
    await settle()
    await network.call('POST /open').answer()
    await settle()
    file.spoil('NotReadableError')
    network.call('PUT').cut()
    expect(await upload.settled()).toMatchObject({ how: 'failed', error: { code: 'file-changed' } })
  })

  it.each([
    ['nothing', 0],
    ['a piece that is of no use', 4],
  ])('gives up a server that takes %s of a part, again and again', async (_, taken) => {
    const { uploader, server, network, clock } = simulation({ retry, plain: { grain: 'chunk' } })
    server.intercept = ({ method, url }) =>
      method === 'PUT' ? { body: { through: Number(url.split('=')[1]) + taken } } : undefined
    const upload = addFile(uploader)
    await clock.advance(100_000)
    expect(await upload.settled()).toMatchObject({ how: 'failed', error: { code: 'bad-response' } })
    expect(network.log.length).toBeLessThan(60)
  })

  it('does not ask for ever where the server keeps saying that the counts differ', async () => {
    const { uploader, server, network, clock } = simulation({ retry })
    server.intercept = ({ method }) =>
      method === 'PUT' ? { status: 409, body: { recount: true } } : undefined
    const upload = addFile(uploader)
    await clock.advance(100_000)
    expect(await upload.settled()).toMatchObject({ how: 'failed', error: { code: 'conflict' } })
    expect(network.log.length).toBeLessThan(60)
  })
})
