import { type UploadStatus, uploadStatuses } from './state.ts'
import { table } from './table.ts'

const active: readonly UploadStatus[] = ['preparing', 'hashing', 'checking', 'uploading', 'completing']

/** The statechart as a Mermaid diagram, drawn from the table: what every active status shares is drawn once. */
export function chart(): string {
  const own = active.flatMap((status) => arrows(status, status, (type) => !isShared(type)))
  const isInside = (line: string): boolean => active.some((status) => line.includes(`--> ${status}:`))
  const shared = arrows('preparing', 'active', isShared).map((line) =>
    line.replace('--> preparing', '--> active'),
  )
  const idle = uploadStatuses.filter((status) => !active.includes(status))
  return [
    'stateDiagram-v2',
    '  [*] --> queued',
    '  state active {',
    ...own.filter(isInside).map((line) => `  ${line}`),
    '  }',
    ...own.filter((line) => !isInside(line)),
    ...shared,
    ...idle.flatMap((status) => arrows(status, status, () => true)),
    '  done --> [*]',
    '  canceled --> [*]',
  ].join('\n')
}

/** One arrow for each target, named by the events that lead there. */
function arrows(status: UploadStatus, from: string, wanted: (type: string) => boolean): string[] {
  const byTarget = new Map<UploadStatus, string[]>()
  for (const [type, cell] of Object.entries(table[status])) {
    if (!wanted(type)) continue
    for (const to of cell.length > 0 ? cell : [status]) byTarget.set(to, [...(byTarget.get(to) ?? []), type])
  }
  return [...byTarget].map(([to, types]) => `  ${from} --> ${to}: ${types.join(', ')}`)
}

function isShared(type: string): boolean {
  return active.every((status) => type in table[status])
}
