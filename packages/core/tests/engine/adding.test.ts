import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine.ts'
import { systemPorts, type TransportResponse } from '../../src/index.ts'
import {
  addFile,
  MemoryFile,
  plainProtocol,
  settle,
  simulation,
  virtualClock,
} from '../support/simulation.ts'

/** Making a real file takes longer than adding it. */
const file = new Blob(['x'])
const many = Array.from({ length: 100_000 }, (_, at) => ({ file, name: `${at}` }))

/** An engine with the real intake and guard in a time that stands; nothing is sent. */
function guarded(restrictions = {}, clock = virtualClock()) {
  const { ports } = simulation({ clock })
  const transport = { send: () => new Promise<TransportResponse>(() => {}) }
  const { files, guard } = systemPorts(transport)
  return createEngine(
    { ...ports, ...(files && { files }), ...(guard && { guard }), transport },
    { protocol: plainProtocol(), autoStart: false, restrictions },
  )
}

describe('adding', () => {
  it('has what is in hand on the list when it returns', () => {
    const { uploader } = simulation({ autoStart: false })
    void uploader.add([new MemoryFile('a', 1), new MemoryFile('b', 2)])
    expect(uploader.store.get()).toMatchObject({ counts: { queued: 2 }, totals: { files: 2, totalBytes: 3 } })
  })

  it('takes one file twice unless duplicates are refused', async () => {
    const file = new MemoryFile('same', 30)
    const free = simulation()
    await (await free.uploader.add([file, file])).settled
    expect(free.uploader.store.get().counts.done).toBe(2)
    expect(free.server.files.size).toBe(2)
    const strict = guarded({ allowDuplicates: false })
    const { added, rejected } = await strict.add([file, file, new MemoryFile('same', 31)])
    expect(added).toHaveLength(2)
    expect(rejected).toMatchObject([{ name: 'same', reasons: [{ code: 'duplicate' }] }])
  })

  it('takes a duplicate of what was canceled, removed or replaced', async () => {
    const uploader = guarded({ allowDuplicates: false })
    const again = async (): Promise<number> => (await uploader.add(new MemoryFile('same', 30))).added.length
    expect(await again()).toBe(1)
    expect(await again()).toBe(0)
    uploader.cancel()
    expect(await again()).toBe(1)
    uploader.clear()
    expect(await again()).toBe(1)
    uploader.replaceFile(uploader.store.get().ids[0] ?? '', new MemoryFile('same', 31))
    expect(await again()).toBe(1)
    expect(await again()).toBe(0)
  })

  it('refuses the second of two duplicates though the first of an earlier pair was removed', async () => {
    const uploader = guarded()
    await uploader.add([new MemoryFile('same', 30), new MemoryFile('same', 30)])
    uploader.setOptions({ restrictions: { allowDuplicates: false } })
    expect((await uploader.add(new MemoryFile('same', 30))).added).toHaveLength(0)
    uploader.remove(uploader.store.get().ids[1] ?? '')
    expect((await uploader.add(new MemoryFile('same', 30))).added).toHaveLength(0)
  })

  it('lets two files of one name and size both arrive, each with its own bytes', async () => {
    const { uploader, server } = simulation()
    const files = [1, 2].map((seed) => new MemoryFile('same', 30, { seed, lastModified: 5 }))
    await (await uploader.add(files)).settled
    const [one, two] = [...server.files.values()]
    expect(one).not.toEqual(two)
    expect(server.files.size).toBe(2)
  })

  it('goes on with what came in before an iterable of the app threw', async () => {
    const { ports } = simulation()
    const { files } = systemPorts(ports.transport)
    const uploader = createEngine({ ...ports, ...(files && { files }) }, { protocol: plainProtocol() })
    async function* broken(): AsyncGenerator<File> {
      yield new MemoryFile('first', 10)
      throw new Error('torn')
    }
    await expect(uploader.add(broken())).rejects.toThrow('torn')
    await uploader.settled()
    expect(uploader.store.get().counts.done).toBe(1)
  })

  it('counts limits over all adds together, though the app takes its time', async () => {
    const uploader = guarded({ maxFiles: 2, validate: async () => undefined })
    const results = await Promise.all([1, 2, 3].map((size) => uploader.add(new MemoryFile(`${size}`, size))))
    expect(results.flatMap(({ added }) => added)).toHaveLength(2)
    expect(results.flatMap(({ rejected }) => rejected)).toMatchObject([
      { reasons: [{ code: 'too-many-files', limit: 2 }] },
    ])
  })

  it('tells of each slice, and of all that was rejected', async () => {
    const uploader = guarded({ maxFileSizeBytes: 5 })
    const told: string[] = []
    uploader.on('added', ({ uploads }) => told.push(...uploads.map(({ name }) => name)))
    uploader.on('rejected', ({ rejections }) => told.push(...rejections.map(({ name }) => `not ${name}`)))
    await uploader.add([new MemoryFile('a', 1), new MemoryFile('b', 9), new MemoryFile('c', 2)])
    expect(told).toEqual(['a', 'c', 'not b'])
  })

  it('throws for what is no file, and has added nothing', async () => {
    const uploader = guarded()
    await expect(uploader.add([new MemoryFile('a', 1), 'b'] as never)).rejects.toThrow(TypeError)
    await expect(uploader.add(7 as never)).rejects.toThrow('Expected `input` to be a file')
    expect(uploader.store.get().ids).toEqual([])
    await uploader.settled()
  })

  it('takes 100,000 files in short slices, linearly, and names each of them', async () => {
    const microsecond = 0.001
    const clock = virtualClock(0, 5 * microsecond)
    const uploader = guarded({}, clock)
    let told = 0
    uploader.on('added', ({ uploads }) => {
      told += uploads.length
    })
    const { added } = await uploader.add(many)
    expect(added).toHaveLength(100_000)
    expect(told).toBe(100_000)
    expect(uploader.store.get()).toMatchObject({
      counts: { queued: 100_000 },
      totals: { totalBytes: 100_000 },
    })
    expect(clock.tasksMs.length).toBeGreaterThan(40)
    expect(Math.max(...clock.tasksMs)).toBeLessThan(10)
  })
})

describe('100,000 uploads', () => {
  it('are paused, resumed and cleared at once, and begin nobody on the way', async () => {
    const uploader = guarded()
    const { settled } = await uploader.add(many)
    uploader.start()
    let begun = 0
    uploader.on('status', ({ status }) => {
      if (status === 'preparing') begun++
    })
    uploader.pause()
    expect(uploader.store.get().counts.paused).toBe(100_000)
    uploader.resume()
    expect(uploader.store.get().counts).toMatchObject({ queued: 99_997, preparing: 3 })
    uploader.clear()
    expect(begun).toBe(3)
    expect((await settled).length).toBe(100_000)
    expect(uploader.store.get()).toMatchObject({ ids: [], totals: { files: 0, totalBytes: 0 } })
  })

  it('cost a tick no more than one does', async () => {
    const { uploader, network, clock } = simulation({ autoStart: false })
    network.policy = () => {}
    await uploader.add(Array.from({ length: 1000 }, (_, at) => new MemoryFile(`${at}`, 1)))
    const upload = addFile(uploader)
    upload.start()
    await settle()
    await network.call('POST').answer()
    await clock.advance(100)
    let looked = 0
    for (const id of uploader.store.get().ids) {
      uploader.get(id)?.state.subscribe(() => {
        looked++
      })
    }
    network.call('PUT').sent(3)
    await clock.advance(16)
    expect(looked).toBe(1)
  })
})
