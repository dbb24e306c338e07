import type { Clock, Uploader } from '@lading/core'
import { createEngine } from '@lading/core/engine'
import type { ControlledProtocol, ControlledResult } from './controlled-protocol.ts'
import { ownOptions } from './scene.ts'

/** The real engine in a time that stands still between frames, so that one tick is one tick. */
export interface SteppedUploader {
  readonly uploader: Uploader<ControlledResult>
  /** Whether a frame is asked for. */
  hasFrame(): boolean
  /** Lets one frame pass. */
  frame(): void
}

/** An uploader whose frames a test lets pass; timers never fire. */
export function steppedUploader(protocol: ControlledProtocol): SteppedUploader {
  let now = 0
  let frames: (() => void)[] = []
  const clock: Clock = {
    now: () => now,
    after: () => () => {},
    frame(callback) {
      frames.push(callback)
      return () => {
        frames = frames.filter((other) => other !== callback)
      }
    },
    breathe: () => Promise.resolve(),
  }
  let ids = 0
  const uploader = createEngine(
    {
      clock,
      transport: { send: () => Promise.reject(new Error('Nothing is sent over a network here')) },
      random: { number: () => 0, id: () => `${ids++}`.padStart(32, '0') },
      environment: {
        online: () => true,
        onOnlineChange: () => () => {},
        report(error) {
          throw error
        },
      },
    },
    ownOptions(protocol, { concurrency: { requests: 1000, files: 1000 } }),
  )
  return {
    uploader,
    hasFrame: () => frames.length > 0,
    frame() {
      now += 16
      const due = frames
      frames = []
      for (const callback of due) callback()
    },
  }
}
