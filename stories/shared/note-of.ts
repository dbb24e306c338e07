import type { PauseReason, UploadState, Waiting } from '@lading/core'
import { errorText } from './error-text.ts'
import { formatDuration } from './format-duration.ts'

const pauseNotes: Readonly<Record<PauseReason, string>> = {
  user: '',
  'storage-full': 'the server has no room left',
  'needs-file': 'choose the file again to go on',
  'needs-permission': 'allow the file to be read to go on',
}

/** What is to be said beside the status: what is waited for, why it stopped; empty where the status says it all. */
export function noteOf(state: UploadState, nowMs: number): string {
  if ('waiting' in state && state.waiting) return waitingNote(state.waiting, nowMs)
  if (state.status === 'queued') return state.held ? 'until you start it' : ''
  if (state.status === 'paused') return pauseNotes[state.reason]
  if (state.status === 'following') return 'another tab is sending it'
  if (state.status === 'done') return state.how === 'instant' ? 'the server had it already' : ''
  return state.status === 'failed' ? errorText(state.error) : ''
}

function waitingNote({ reason, untilMs }: Waiting, nowMs: number): string {
  if (reason === 'offline') return 'waiting for the network'
  const again =
    untilMs !== undefined && untilMs > nowMs
      ? `trying again in ${formatDuration((untilMs - nowMs) / 1000)}`
      : 'trying again'
  return reason === 'server-busy' ? `the server is busy, ${again}` : again
}

/** Until when a note counts down, if it does. */
export function countdownOf(state: UploadState): number | undefined {
  return 'waiting' in state ? state.waiting?.untilMs : undefined
}
