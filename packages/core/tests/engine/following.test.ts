import { describe, expect, it } from 'vitest'
import { addFile, MemoryFile, memoryLocks, settle, simulation, statusesOf } from '../support/simulation.ts'

const file = (): File => new MemoryFile('same.bin', 30, { lastModified: 7 })

/** Two tabs of one browser; the first one sends and is held. */
async function twoTabs() {
  const locks = memoryLocks()
  const [one, two] = [simulation({ locks }), simulation({ locks })]
  one.network.policy = () => {}
  const sending = addFile(one.uploader, file())
  await settle()
  const seen = statusesOf(two.uploader)
  const following = addFile(two.uploader, file())
  await settle()
  return { one, two, sending, following, seen, locks }
}

describe('two tabs with one file', () => {
  it('lets one send and the other follow, without a slot or a request', async () => {
    const { two, sending, following } = await twoTabs()
    expect(sending.state.get().status).toBe('uploading')
    expect(following.state.get().status).toBe('following')
    expect(two.network.log).toEqual([])
    const other = addFile(two.uploader, new MemoryFile('other.bin', 30))
    expect((await other.settled()).how).toBe('uploaded')
  })

  it('goes on when the other has ended', async () => {
    const { sending, following, seen, locks } = await twoTabs()
    sending.cancel()
    expect((await following.settled()).how).toBe('uploaded')
    expect(seen.slice(0, 4)).toEqual(['preparing', 'following', 'queued', 'preparing'])
    expect(locks.held()).toEqual([])
  })

  it('pauses while following, waits for nothing then, and follows again', async () => {
    const { sending, following, locks } = await twoTabs()
    following.pause()
    expect(following.state.get()).toMatchObject({ status: 'paused', reason: 'user' })
    await settle()
    expect(locks.waiting()).toBe(0)
    following.resume()
    await settle()
    expect(following.state.get().status).toBe('following')
    sending.cancel()
    expect((await following.settled()).how).toBe('uploaded')
  })

  it('cancels while following', async () => {
    const { following, locks } = await twoTabs()
    following.cancel()
    expect((await following.settled()).how).toBe('canceled')
    await settle()
    expect(locks.waiting()).toBe(0)
  })

  it('can be paused again after a pause and a resume at the moment the lock came free', async () => {
    const { sending, following, two } = await twoTabs()
    two.network.policy = () => {}
    sending.cancel()
    following.pause()
    following.resume()
    await settle()
    await two.network.call('POST /open').answer()
    await settle()
    expect(following.state.get().status).toBe('uploading')
    following.pause()
    await settle()
    expect(two.network.calls).toEqual([])
  })

  it('keeps no lock of an upload that was called off while it took it', async () => {
    const locks = memoryLocks()
    const { uploader } = simulation({ locks })
    addFile(uploader, file()).cancel()
    await settle()
    expect(locks.held()).toEqual([])
    const again = addFile(uploader, file())
    expect((await again.settled()).how).toBe('uploaded')
    expect(locks.held()).toEqual([])
  })

  it('does not follow itself after a quick pause and resume', async () => {
    const locks = memoryLocks()
    const { uploader } = simulation({ locks })
    const upload = addFile(uploader, file())
    upload.pause()
    upload.resume()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(locks.held()).toEqual([])
  })

  it('lets go of the lock when the uploader is disposed of', async () => {
    const { one, following } = await twoTabs()
    one.uploader.dispose()
    expect((await following.settled()).how).toBe('uploaded')
  })

  it('lets another file of the same name through once the file was replaced', async () => {
    const { one, two, sending } = await twoTabs()
    sending.pause()
    one.uploader.replaceFile(sending.id, new MemoryFile('same.bin', 31, { lastModified: 8 }))
    await settle()
    expect(sending.state.get()).toMatchObject({ status: 'uploading', size: 31 })
    expect(two.uploader.store.get().counts.following).toBe(0)
  })
})
