import { type Uploader, useTotals } from '@lading/react'
import type { ReactElement } from 'react'
import { progressPicture } from '../../shared/progress-picture.ts'
import { type TotalCommand, totalCommands } from '../../shared/total-commands.ts'
import { ProgressBar } from './progress-bar.tsx'

/** All uploads as one, and what can be done with all of them. Renders again for each change of the totals only. */
export function TotalsBar({ uploader, canStart }: { uploader: Uploader; canStart: boolean }): ReactElement {
  const totals = useTotals()
  const { bytes, percent, speed, left, ...bar } = progressPicture(totals, totals.online)
  return (
    <section className="lading-totals" aria-label="Totals">
      <span className="lading-count">{totals.files === 1 ? '1 file' : `${totals.files} files`}</span>
      <ProgressBar label="All files" percent={percent} {...bar} />
      <div className="lading-facts">
        <span className="lading-note">{totals.online ? '' : 'You are offline'}</span>
        <span className="lading-number lading-speed">{speed}</span>
        <span className="lading-number lading-left">{left}</span>
        <span className="lading-number lading-bytes">{bytes}</span>
        <span className="lading-number lading-percent">{`${percent}%`}</span>
      </div>
      <div className="lading-actions">
        {totalCommands(totals.counts, canStart).map((command) => (
          <CommandButton key={command.text} {...command} run={() => command.run(uploader)} />
        ))}
      </div>
    </section>
  )
}

/** Stays focused when it has nothing to do any more, as a disabled button would not. */
function CommandButton({
  text,
  isIdle,
  run,
}: Pick<TotalCommand, 'text' | 'isIdle'> & { run: () => void }): ReactElement {
  return (
    <button type="button" className="lading-button" aria-disabled={isIdle} onClick={run}>
      {text}
    </button>
  )
}
