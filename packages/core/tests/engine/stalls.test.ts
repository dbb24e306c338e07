import { describe, expect, it } from 'vitest'
import { sendWatched } from '../../src/engine/send-watched.ts'
import { UploadError } from '../../src/errors/upload-error.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Transport, TransportRequest } from '../../src/ports/transport.ts'

const signal = new AbortController().signal
const blob = new Blob([new Uint8Array(320_000)])

/** A clock moved by hand, and a transport that never answers until called off. */
function scene(act: (request: TransportRequest) => void = () => {}) {
  let now = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const clock: Clock = {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    frame: () => () => {},
    breathe: () => Promise.resolve(),
  }
  const transport: Transport = {
    send: (request) =>
      new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(new UploadError('aborted')))
        act(request)
      }),
  }
  const advance = (toMs: number): void => {
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= toMs).sort((a, b) => a.at - b.at)
      if (!next) break
      now = next.at
      timers.delete(next)
      next.run()
    }
    now = toMs
  }
  const request = (): Promise<unknown> =>
    sendWatched(
      { transport, clock },
      { method: 'PUT', url: '/', headers: {}, body: { kind: 'blob', blob }, credentials: 'app', signal },
      1000,
    ).catch((error: UploadError) => error.code)
  return { request, advance }
}

const ended = async (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise, new Promise((resolve) => setTimeout(() => resolve('pending'), 5))])

describe('the stall watchdog', () => {
  it('calls a request off when nothing moves for the time given', async () => {
    const { request, advance } = scene(({ onSent }) => onSent?.(0))
    const answer = request()
    expect(await ended(answer)).toBe('pending')
    advance(999)
    expect(await ended(answer)).toBe('pending')
    advance(1000)
    expect(await ended(answer)).toBe('timeout')
  })

  it('waits on while bytes move', async () => {
    let move: (() => void) | undefined
    const { request, advance } = scene(({ onSent }) => {
      onSent?.(0)
      move = () => onSent?.(10)
    })
    const answer = request()
    await ended(answer)
    advance(900)
    move?.()
    advance(1800)
    expect(await ended(answer)).toBe('pending')
    advance(1900)
    expect(await ended(answer)).toBe('timeout')
  })

  it('gives a transport that reports no progress the time a slow link needs', async () => {
    const { request, advance } = scene()
    const answer = request()
    await ended(answer)
    advance(10_999)
    expect(await ended(answer)).toBe('pending')
    advance(11_000)
    expect(await ended(answer)).toBe('timeout')
  })

  it('takes a request that the app called off for a broken one, never for ours', async () => {
    const { request } = scene(() => {
      throw new UploadError('aborted')
    })
    expect(await ended(request())).toBe('network')
  })
})
