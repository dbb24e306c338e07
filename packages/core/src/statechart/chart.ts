import { type UploadStatus, uploadStatuses } from './state.ts'
import { table } from './table.ts'

const active: ReadonlySet<UploadStatus> = new Set([
  'preparing',
  'hashing',
  'checking',
  'uploading',
  'completing',
])

/** The statechart as a Mermaid diagram, drawn from the table: what every active status shares is drawn once. */
export function chart(): string {
  const lines = ['stateDiagram-v2', '  [*] --> queued', '  state active {']
  for (const status of active) lines.push(...arrows(status, false).map((line) => `  ${line}`))
  lines.push('  }', ...sharedArrows())
  for (const status of uploadStatuses) if (!active.has(status)) lines.push(...arrows(status, true))
  return [...lines, '  done --> [*]', '  canceled --> [*]'].join('\n')
}

function arrows(status: UploadStatus, shared: boolean): string[] {
  const byTarget = new Map<UploadStatus, string[]>()
  for (const [type, cell] of Object.entries(table[status])) {
    if (!shared && isShared(type)) continue
    for (const to of cell.to) byTarget.set(to, [...(byTarget.get(to) ?? []), type])
  }
  return [...byTarget].map(([to, types]) => `  ${status} --> ${to}: ${types.join(', ')}`)
}

function sharedArrows(): string[] {
  return Object.entries(table.preparing)
    .filter(([type]) => isShared(type))
    .flatMap(([type, cell]) =>
      cell.to.map((to) => `  active --> ${to === 'preparing' ? 'active' : to}: ${type}`),
    )
}

function isShared(type: string): boolean {
  return [...active].every((status) => type in table[status])
}
