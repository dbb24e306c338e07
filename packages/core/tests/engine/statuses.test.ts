import { describe, expect, it } from 'vitest'
import {
  addFile,
  contentOf,
  heldUpload,
  MemoryFile,
  plainDigest,
  plainRoot,
  settle,
  simulation,
  statusesOf,
} from '../support/simulation.ts'

describe('statuses', () => {
  it('goes through preparing, uploading and completing to done', async () => {
    const { uploader, server } = simulation()
    const seen = statusesOf(uploader)
    const upload = addFile(uploader)
    const outcome = await upload.settled()
    expect(seen).toEqual(['preparing', 'uploading', 'completing', 'done'])
    expect(outcome).toMatchObject({ how: 'uploaded', result: { file: 's0', size: 30 } })
    expect(upload.state.get()).toMatchObject({ status: 'done', how: 'uploaded', progress: { ratio: 1 } })
    expect(server.files.get('s0')).toEqual(contentOf(1, 0, 30))
  })

  it('hashes first where the protocol wants the name of the content to open', async () => {
    const { uploader } = simulation({ plain: { identity: { scheme: 'sha-256-composite', due: 'open' } } })
    const seen = statusesOf(uploader)
    await addFile(uploader).settled()
    expect(seen).toEqual(['preparing', 'hashing', 'uploading', 'completing', 'done'])
  })

  it('stays queued and held until it is started where nothing starts by itself', async () => {
    const { uploader, network } = simulation({ autoStart: false })
    const upload = addFile(uploader)
    await settle()
    expect(upload.state.get()).toMatchObject({ status: 'queued', held: true })
    expect(network.log).toEqual([])
    upload.start()
    expect((await upload.settled()).how).toBe('uploaded')
  })

  it('waits in the queue for a slot', async () => {
    const { uploader, network } = simulation({ concurrency: { files: 1 } })
    network.policy = () => {}
    addFile(uploader)
    const second = addFile(uploader)
    await settle()
    expect(second.state.get()).toMatchObject({ status: 'queued', held: false })
    expect(uploader.store.get().counts).toMatchObject({ queued: 1, uploading: 1 })
  })

  it('checks what landed when it goes on after a part was cut off in flight', async () => {
    const { uploader, network, upload } = heldUpload()
    await settle()
    await network.call('POST /open').answer()
    await settle()
    const seen = statusesOf(uploader)
    await network.call('PUT /s0?offset=0').arrive()
    upload.pause()
    expect(upload.state.get()).toMatchObject({
      status: 'paused',
      reason: 'user',
      checkpoint: { hasSession: true, ask: true },
    })
    network.policy = (call) => void call.answer()
    upload.resume()
    await upload.settled()
    expect(seen).toEqual(['paused', 'queued', 'preparing', 'checking', 'uploading', 'completing', 'done'])
    const sent = network.log.slice(4).map(({ method, url }) => `${method} ${url}`)
    expect(sent).toEqual(['GET /s0', 'PUT /s0?offset=10', 'PUT /s0?offset=20', 'POST /s0/complete'])
  })

  it('still asks what landed when it was paused again while asking', async () => {
    const { network, upload, server } = heldUpload()
    await settle()
    await network.call('POST /open').answer()
    await settle()
    await network.call('PUT /s0?offset=0').arrive()
    upload.pause()
    upload.resume()
    await settle()
    expect(upload.state.get().status).toBe('checking')
    upload.pause()
    network.policy = (call) => void call.answer()
    upload.resume()
    await upload.settled()
    expect(server.resent).toBe(0)
  })

  it('asks the server what it has where a part says that the counts differ', async () => {
    const { uploader, server, network } = simulation()
    const seen = statusesOf(uploader)
    let refused = 0
    server.intercept = ({ method }) =>
      method === 'PUT' && refused++ === 0 ? { status: 409, body: { recount: true } } : undefined
    await addFile(uploader).settled()
    expect(seen).toEqual(['preparing', 'uploading', 'checking', 'uploading', 'completing', 'done'])
    expect(network.log.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  describe('asking for the content first', () => {
    const content = [contentOf(1, 0, 10), contentOf(1, 10, 20), contentOf(1, 20, 30)]
    const root = plainRoot(content.map(plainDigest))

    it('is done at once where the server has it', async () => {
      const { uploader, server, network } = simulation({ instant: 'first', plain: { canMatch: true } })
      server.known.set(root, { file: 'there already', size: 30 })
      const seen = statusesOf(uploader)
      const outcome = await addFile(uploader).settled()
      expect(seen).toEqual(['preparing', 'hashing', 'checking', 'done'])
      expect(outcome).toMatchObject({ how: 'instant', result: { file: 'there already' } })
      expect(network.log).toHaveLength(1)
      expect(uploader.store.get().totals).toMatchObject({ landedBytes: 30, sentBytes: 30, ratio: 1 })
    })

    it('sends where the server has not, and shows the miss', async () => {
      const { uploader, network } = simulation({ instant: 'first', plain: { canMatch: true } })
      const seen = statusesOf(uploader)
      const upload = addFile(uploader)
      network.policy = (call) => void (call.request.url === '/match' && call.answer())
      await settle()
      expect(upload.state.get()).toMatchObject({ status: 'uploading', identity: 'miss' })
      network.policy = (call) => void call.answer()
      await network.call('POST /open').answer()
      expect((await upload.settled()).how).toBe('uploaded')
      expect(seen).toEqual(['preparing', 'hashing', 'checking', 'uploading', 'completing', 'done'])
    })
  })

  it('is instant where a hook says so', async () => {
    const { uploader, network } = simulation()
    uploader.use({ beforeFile: async () => ({ done: { file: 'by hook', size: 30 } }) })
    const outcome = await addFile(uploader).settled()
    expect(outcome).toMatchObject({ how: 'instant', result: { file: 'by hook' } })
    expect(network.log).toEqual([])
  })

  it('is instant where opening says so, and done where it says that all had been sent', async () => {
    const { uploader, server } = simulation()
    const answers = [
      { done: { how: 'instant', result: { file: 'a', size: 30 } } },
      { done: { how: 'uploaded', result: { file: 'b', size: 30 } } },
    ]
    server.intercept = ({ url }) => (url === '/open' ? { body: answers.shift() } : undefined)
    const [first, second] = [addFile(uploader), addFile(uploader)]
    expect(await second.settled()).toMatchObject({ how: 'uploaded', result: { file: 'b' } })
    expect((await first.settled()).how).toBe('instant')
  })

  it('pauses when the disk of the server is full, and goes on from what landed', async () => {
    const { uploader, server } = simulation({ concurrency: { requests: 1 } })
    let isFull = false
    server.intercept = ({ method }) => (method === 'PUT' && isFull ? { status: 507 } : undefined)
    uploader.on('landed', () => {
      isFull = true
    })
    const upload = addFile(uploader)
    const settled = upload.settled()
    await settle()
    expect(upload.state.get()).toMatchObject({ status: 'paused', reason: 'storage-full' })
    expect(upload.can('resume')).toBe(true)
    server.intercept = undefined
    upload.resume()
    expect((await settled).how).toBe('uploaded')
    expect(server.resent).toBe(0)
  })

  it('fails with the error, and goes on from what landed when it is tried again', async () => {
    const { uploader, server } = simulation({ concurrency: { requests: 1 } })
    server.intercept = ({ url }) => (url.endsWith('offset=10') ? { status: 403 } : undefined)
    const upload = addFile(uploader)
    expect(await upload.settled()).toMatchObject({
      how: 'failed',
      error: { code: 'forbidden', status: 403, retryable: false },
    })
    expect(upload.state.get()).toMatchObject({ status: 'failed', checkpoint: { hasSession: true } })
    server.intercept = undefined
    upload.retry()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(server.resent).toBe(0)
  })

  it('cancels from every status that is not an end, and lets the server drop what it has', async () => {
    const { network, upload, server } = heldUpload()
    await settle()
    await network.call('POST /open').answer()
    await settle()
    network.policy = (call) => void call.answer()
    upload.cancel()
    expect(upload.state.get().status).toBe('canceled')
    expect((await upload.settled()).how).toBe('canceled')
    await settle()
    expect(network.log.at(-1)).toMatchObject({ method: 'DELETE', url: '/s0' })
    expect(server.sessions.size).toBe(0)
  })

  it('drops a session that opens only after the cancel', async () => {
    const { network, upload, server } = heldUpload()
    await settle()
    upload.cancel()
    network.policy = (call) => void call.answer()
    await network.call('POST /open').answer()
    await settle()
    expect(server.sessions.size).toBe(0)
  })

  it('sends nothing of an empty file but its name', async () => {
    const { uploader, server, network } = simulation()
    const outcome = await addFile(uploader, new MemoryFile('empty', 0)).settled()
    expect(outcome).toMatchObject({ how: 'uploaded', result: { size: 0 } })
    expect(server.files.get('s0')).toEqual(new Uint8Array())
    expect(network.log.map(({ method }) => method)).toEqual(['POST', 'PUT', 'POST'])
  })
})
