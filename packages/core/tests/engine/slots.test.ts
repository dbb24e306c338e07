import { describe, expect, it } from 'vitest'
import { addFile, MemoryFile, settle, simulation, statusesOf } from '../support/simulation.ts'

const named = (name: string): File => new MemoryFile(name, 20)

/** The names of uploads in the order they began. */
function begun(uploader: ReturnType<typeof simulation>['uploader']): string[] {
  const names: string[] = []
  uploader.on('status', ({ upload, status }) => status === 'preparing' && names.push(upload.name))
  return names
}

describe('slots', () => {
  it('are never more than allowed', async () => {
    const { uploader } = simulation({ concurrency: { files: 2 } })
    let most = 0
    uploader.on('status', () => {
      const { queued, done, ...rest } = uploader.store.get().counts
      most = Math.max(
        most,
        Object.values(rest).reduce((sum, count) => sum + count),
      )
    })
    await uploader.add(Array.from({ length: 9 }, (_, at) => named(`${at}`)))
    await uploader.settled()
    expect(most).toBe(2)
  })

  it('go to the higher priority, then in the order of adding', async () => {
    const { uploader } = simulation({ concurrency: { files: 1 }, autoStart: false })
    const names = begun(uploader)
    await uploader.add([named('a'), named('b')])
    await uploader.add([named('c')], { priority: 5 })
    await uploader.add([named('d')], { priority: -1 })
    await uploader.add([named('e'), named('f')], { priority: 5 })
    uploader.start()
    await uploader.settled()
    expect(names).toEqual(['c', 'e', 'f', 'a', 'b', 'd'])
  })

  it('go first to uploads that go on', async () => {
    const { uploader, network } = simulation({ concurrency: { files: 1 } })
    const names = begun(uploader)
    network.policy = () => {}
    const first = addFile(uploader, named('a'))
    addFile(uploader, named('b'))
    addFile(uploader, named('c'))
    await settle()
    first.pause()
    first.resume()
    await settle()
    network.policy = (call) => void call.answer()
    for (const call of [...network.calls]) await call.answer()
    await uploader.settled()
    expect(names).toEqual(['a', 'b', 'a', 'c'])
  })

  it('begin more when there are more, and let go on who is active when there are fewer', async () => {
    const { uploader, network } = simulation({ concurrency: { files: 2 } })
    network.policy = () => {}
    await uploader.add(['a', 'b', 'c', 'd'].map(named))
    uploader.setOptions({ concurrency: { files: 3 } })
    expect(uploader.store.get().counts.queued).toBe(1)
    uploader.setOptions({ concurrency: { files: 1 } })
    await settle()
    expect(uploader.store.get().counts.uploading).toBe(3)
    network.policy = (call) => void call.answer()
    for (const call of [...network.calls]) await call.answer()
    await uploader.settled()
    expect(uploader.store.get().counts.done).toBe(4)
  })

  it.each(['pause', 'cancel', 'clear'] as const)('go to nobody when all are told to %s', async (command) => {
    const { uploader, network } = simulation({ concurrency: { files: 2 } })
    network.policy = () => {}
    await uploader.add(['a', 'b', 'c', 'd'].map(named))
    const names = begun(uploader)
    uploader[command]()
    await settle()
    expect(names).toEqual([])
    expect(uploader.store.get().counts.queued).toBe(0)
  })

  it('are not lost when a listener pauses all', async () => {
    const { uploader, network } = simulation({ concurrency: { files: 2 } })
    network.policy = () => {}
    await uploader.add(['a', 'b', 'c', 'd'].map(named))
    const off = uploader.on('canceled', () => uploader.pause())
    uploader.cancel(uploader.store.get().ids[0])
    off()
    expect(uploader.store.get().counts).toMatchObject({ canceled: 1, paused: 3 })
    network.policy = (call) => void call.answer()
    uploader.resume()
    await uploader.settled()
    expect(uploader.store.get().counts).toMatchObject({ canceled: 1, done: 3 })
  })

  it('are not lost when a listener removes what has just won one', async () => {
    const { uploader } = simulation({ concurrency: { files: 1 } })
    const seen = statusesOf(uploader)
    uploader.on('status', ({ upload, status }) => {
      if (status === 'preparing' && upload.name === 'b') upload.remove()
    })
    await uploader.add(['a', 'b', 'c'].map(named))
    await uploader.settled()
    expect(uploader.store.get().counts).toMatchObject({ done: 2, canceled: 0 })
    expect(seen.filter((status) => status === 'canceled')).toHaveLength(1)
  })

  it('keep nobody twice who was paused and resumed while waiting', async () => {
    const { uploader, network } = simulation({ concurrency: { files: 1 } })
    const names = begun(uploader)
    network.policy = () => {}
    const [, second] = [addFile(uploader, named('a')), addFile(uploader, named('b'))]
    for (let each = 0; each < 5; each++) {
      second.pause()
      second.resume()
    }
    await settle()
    network.policy = (call) => void call.answer()
    for (const call of [...network.calls]) await call.answer()
    await uploader.settled()
    expect(names).toEqual(['a', 'b'])
  })
})
