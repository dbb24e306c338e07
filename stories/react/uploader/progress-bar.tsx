import type { CSSProperties, ReactElement } from 'react'

/** How far something has come: in full colour what landed, paler what is on its way. */
export function ProgressBar({
  percent,
  landed,
  sent,
  label,
  labelledBy,
}: {
  percent: number
  landed: number
  sent: number
  label?: string
  labelledBy?: string
}): ReactElement {
  return (
    <div
      className="lading-bar"
      role="progressbar"
      aria-label={label}
      aria-labelledby={labelledBy}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      style={{ '--landed': landed, '--sent': sent } as CSSProperties}
    />
  )
}
