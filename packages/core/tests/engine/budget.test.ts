import { describe, expect, it } from 'vitest'
import { addFile, MemoryFile, type NetworkCall, settle, simulation } from '../support/simulation.ts'

const held = (): void => {}
const parts = (calls: readonly { readonly url: string; readonly method: string }[]): string[] =>
  calls.filter(({ method }) => method === 'PUT').map(({ url }) => url.slice(1))

/** Answers what is asked, and lets parts wait for the test. */
const answerQuestions = (call: NetworkCall): void => void (call.request.method !== 'PUT' && call.answer())

describe('the budget of requests', () => {
  it('is never overdrawn, with failures, pauses, cancels and changes of mind', async () => {
    const { uploader, network, clock } = simulation({
      concurrency: { requests: 3, files: 4 },
      retry: { attempts: 50, baseDelayMs: 10 },
    })
    let limit = 3
    let turn = 0
    network.policy = (call) => {
      expect(network.calls.length).toBeLessThanOrEqual(limit)
      turn += 7
      const wait = turn % 5
      if (turn % 11 === 0) clock.after(wait, () => call.cut())
      else clock.after(wait, () => void call.answer())
    }
    const uploads = Array.from({ length: 8 }, (_, at) => addFile(uploader, new MemoryFile(`${at}`, 200 + at)))
    await clock.advance(30)
    uploads[0]?.pause()
    uploads[1]?.cancel()
    await clock.advance(30)
    uploader.setOptions({ concurrency: { requests: 5 } })
    limit = 5
    await clock.advance(30)
    uploads[0]?.resume()
    await clock.advance(100_000)
    expect(uploader.store.get().counts).toMatchObject({ done: 7, canceled: 1 })
    expect(network.peak()).toBe(5)
  })

  it('lets what is under way finish when it shrinks, and begins more at once when it grows', async () => {
    const { uploader, network } = simulation({ concurrency: { requests: 4 } })
    network.policy = answerQuestions
    addFile(uploader, new MemoryFile('ten', 100))
    await settle()
    expect(network.calls).toHaveLength(4)
    uploader.setOptions({ concurrency: { requests: 2 } })
    for (const left of [3, 2, 2]) {
      await network.calls[0]?.answer()
      await settle()
      expect(network.calls).toHaveLength(left)
    }
    uploader.setOptions({ concurrency: { requests: 5 } })
    await settle()
    expect(network.calls).toHaveLength(5)
  })

  it('gives no place to a question that was called off a moment ago', async () => {
    const { uploader, network } = simulation({ concurrency: { requests: 1, files: 2 } })
    network.policy = held
    addFile(uploader, new MemoryFile('first', 10))
    const second = addFile(uploader, new MemoryFile('second', 10))
    await settle()
    expect(network.calls).toHaveLength(1)
    second.pause()
    // a place is free in the same breath
    uploader.setOptions({ concurrency: { requests: 2 } })
    second.resume()
    await settle()
    expect(network.calls).toHaveLength(2)
  })

  it('goes round the files that have parts to send', async () => {
    const { uploader, network } = simulation({ concurrency: { requests: 1, files: 3 } })
    for (const name of ['a', 'b', 'c']) addFile(uploader, new MemoryFile(name, 20))
    await uploader.settled()
    expect(parts(network.log)).toEqual([
      's0?offset=0',
      's1?offset=0',
      's2?offset=0',
      's0?offset=10',
      's1?offset=10',
      's2?offset=10',
    ])
  })

  it('asks before it sends, since parts wait for answers', async () => {
    const { uploader, network } = simulation({ concurrency: { requests: 1, files: 2 } })
    network.policy = answerQuestions
    addFile(uploader, new MemoryFile('long', 100))
    await settle()
    addFile(uploader, new MemoryFile('late', 10))
    await settle()
    await network.calls[0]?.answer()
    await settle()
    expect(network.log.map(({ method }) => method)).toEqual(['POST', 'PUT', 'POST', 'PUT'])
  })

  it('has its places back after a pause, also from a protocol call that waits for one', async () => {
    const { uploader, network } = simulation({ concurrency: { requests: 1, files: 2 } })
    network.policy = held
    const [one, two] = [addFile(uploader), addFile(uploader)]
    await settle()
    await network.call('POST /open').answer()
    await settle()
    two.pause()
    one.pause()
    await settle()
    expect(network.calls.length).toBeLessThanOrEqual(1)
    network.policy = (call) => void call.answer()
    for (const call of [...network.calls]) await call.answer()
    uploader.resume()
    await uploader.settled()
    expect(uploader.store.get().counts.done).toBe(2)
  })
})
