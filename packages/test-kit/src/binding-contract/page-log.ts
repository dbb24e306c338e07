import type { Upload, Uploader } from '@lading/core'

/** What a mounted page tells the suite. */
export interface PageLog {
  /** Says that a component rendered: `list`, `totals`, or the name of a row's file. */
  rendered(component: string): void
  /** Says what `useUploader` gave in this render. */
  saw(uploader: Uploader, uploads: readonly Upload[]): void
}

/** A page log as the suite reads it. */
export interface RecordedPage extends PageLog {
  /** How often a component has rendered. */
  count(component: string): number
  /** Renders since the last call, by component. */
  since(): Readonly<Record<string, number>>
  /** Every different array of uploads, in order. */
  readonly lists: readonly (readonly Upload[])[]
  /** Every different uploader, in order. */
  readonly uploaders: readonly Uploader[]
}

/** Records what a page tells. */
export function recordPage(): RecordedPage {
  const total = new Map<string, number>()
  let fresh: Record<string, number> = {}
  const lists: (readonly Upload[])[] = []
  const uploaders: Uploader[] = []
  return {
    rendered(component) {
      total.set(component, (total.get(component) ?? 0) + 1)
      fresh[component] = (fresh[component] ?? 0) + 1
    },
    saw(uploader, uploads) {
      if (uploaders.at(-1) !== uploader) uploaders.push(uploader)
      if (lists.at(-1) !== uploads) lists.push(uploads)
    },
    count: (component) => total.get(component) ?? 0,
    since() {
      const counted = fresh
      fresh = {}
      return counted
    },
    lists,
    uploaders,
  }
}
