import type { EnginePorts, TransportRequest, TransportResponse } from '@lading/core/engine'

/** Ports whose frames, time and requests are moved by hand. */
export interface DrivenPorts {
  readonly ports: EnginePorts
  /** Draws the frame that was asked for, 16 ms after the last one. */
  drawFrame(): void
  /** The request under way that carries bytes. */
  request(): TransportRequest
  /** Answers it. */
  answer(): void
}

const accepted: TransportResponse = { status: 200, url: 'http://localhost/', text: '{}', header: () => null }

export function drivenPorts(): DrivenPorts {
  let nowMs = 0
  let frame: (() => void) | undefined
  let current: { request: TransportRequest; answer(): void } | undefined
  let ids = 0
  const ports: EnginePorts = {
    transport: {
      send: (request) =>
        new Promise((resolve) => {
          current = { request, answer: () => resolve(accepted) }
        }),
    },
    clock: {
      now: () => nowMs,
      after: () => () => {},
      frame: (callback) => {
        frame = callback
        return () => {
          frame = undefined
        }
      },
      breathe: () => new Promise((resolve) => setTimeout(resolve)),
    },
    random: { number: () => 0.5, id: () => `upload-${ids++}` },
    environment: { online: () => true, onOnlineChange: () => () => {}, report: console.error },
  }
  const present = (): NonNullable<typeof current> => {
    if (!current) throw new Error('No request is under way')
    return current
  }
  return {
    ports,
    drawFrame: () => {
      nowMs += 16
      frame?.()
    },
    request: () => present().request,
    answer: () => {
      const { answer } = present()
      current = undefined
      answer()
    },
  }
}
