import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/platform/system-clock.ts'

const called = (begin: (callback: () => void) => () => void): Promise<void> =>
  new Promise((resolve) => void begin(resolve))

describe('the clock of the system', () => {
  it('knows the time', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
  })

  it('calls back after a while, and with a frame where none are drawn', async () => {
    await called((callback) => systemClock.after(1, callback))
    await called((callback) => systemClock.frame(callback))
  })

  it('forgets what is called off', async () => {
    let calls = 0
    const count = (): void => void calls++
    systemClock.after(1, count)()
    const cancel = systemClock.frame(count)
    cancel()
    cancel()
    await called((callback) => systemClock.after(50, callback))
    expect(calls).toBe(0)
  })

  it('breathes: what waits gets its turn', async () => {
    let hadTurn = false
    setImmediate(() => {
      hadTurn = true
    })
    while (!hadTurn) await systemClock.breathe()
  })
})
