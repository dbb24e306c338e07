import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/platform/system-clock.ts'
import { systemEnvironment } from '../../src/platform/system-environment.ts'

const called = (begin: (callback: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => void begin(resolve))

afterEach(() => void vi.restoreAllMocks())

describe('the clock of a page', () => {
  it('calls back with a frame, once', async () => {
    let calls = 0
    await called((callback) =>
      systemClock.frame(() => {
        calls++
        callback()
      }),
    )
    await called((callback) => systemClock.after(400, callback))
    expect(calls).toBe(1)
  })

  it('calls back without frames too: in a hidden tab, and where they do not come', async () => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    await called((callback) => systemClock.frame(callback))
    vi.restoreAllMocks()
    vi.spyOn(globalThis, 'requestAnimationFrame').mockReturnValue(7)
    await called((callback) => systemClock.frame(callback))
  })

  it('forgets what is called off', async () => {
    let calls = 0
    systemClock.frame(() => calls++)()
    await called((callback) => systemClock.after(400, callback))
    expect(calls).toBe(0)
  })

  it('lets the page draw while somebody works and breathes', async () => {
    let hasDrawn = false
    requestAnimationFrame(() => {
      hasDrawn = true
    })
    for (const end = performance.now() + 5000; !hasDrawn && performance.now() < end; )
      await systemClock.breathe()
    expect(hasDrawn).toBe(true)
  })
})

describe('the surroundings of a page', () => {
  it('tell when the network comes and goes, until nobody listens', () => {
    const told: boolean[] = []
    const stop = systemEnvironment.onOnlineChange((online) => told.push(online))
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
    window.dispatchEvent(new Event('offline'))
    expect(systemEnvironment.online()).toBe(false)
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true)
    window.dispatchEvent(new Event('online'))
    stop()
    window.dispatchEvent(new Event('offline'))
    expect(told).toEqual([false, true])
    expect(systemEnvironment.online()).toBe(true)
  })

  it('report an error as if nobody had caught it', () => {
    const error = new Error('of the app')
    const seen: unknown[] = []
    const look = (event: ErrorEvent): void => {
      event.preventDefault()
      event.stopImmediatePropagation()
      seen.push(event.error)
    }
    window.addEventListener('error', look, { capture: true, once: true })
    systemEnvironment.report(error)
    expect(seen).toEqual([error])
  })
})
