import type { Uploader, UploaderState } from '@lading/core'

/** A button for all uploads. */
export interface TotalCommand {
  readonly text: string
  /** There is nothing now that it would do. */
  readonly isIdle: boolean
  run(uploader: Pick<Uploader, 'start' | 'pause' | 'resume' | 'clear'>): void
}

/** What can be done with all uploads together. Told from the counts: asking each upload would cost with their number. */
export function totalCommands(counts: UploaderState['counts'], canStart: boolean): readonly TotalCommand[] {
  const { queued, preparing, hashing, checking, uploading, completing, following } = counts
  const canPause = queued + preparing + hashing + checking + uploading + completing + following > 0
  const start: TotalCommand = { text: 'Start all', isIdle: queued === 0, run: (all) => all.start() }
  return [
    ...(canStart ? [start] : []),
    { text: 'Pause all', isIdle: !canPause, run: (all) => all.pause() },
    { text: 'Resume all', isIdle: counts.paused === 0, run: (all) => all.resume() },
    {
      text: 'Clear finished',
      isIdle: counts.done + counts.failed + counts.canceled === 0,
      run: (all) => all.clear('settled'),
    },
  ]
}
