import { commands, type Upload } from '@lading/core'
import type {
  AnnouncementProps,
  ByIdProps,
  OwnOptions,
  PageLog,
  PageProps,
  SelectedProps,
} from '@lading/test-kit'
import type { ReactElement } from 'react'
import { memo } from 'react'
import {
  UploaderProvider,
  useAnnouncement,
  useTotals,
  useUpload,
  useUploader,
  useUploaderSelector,
} from '../src/index.ts'

/** The page that the binding contract drives. */
export function ContractPage({ source, log, onDrop, onChange }: PageProps): ReactElement {
  // Whichever kind of source it is: overloads take one at a time.
  const page = useUploader(source as OwnOptions)
  log.rendered('list')
  log.saw(page.uploader, page.uploads)
  return (
    <UploaderProvider uploader={page.uploader}>
      <div data-part="dropzone" {...page.getDropzoneProps(onDrop && { onDrop })}>
        <input data-part="input" {...page.getInputProps(onChange && { onChange })} />
      </div>
      <p data-part="dragging">{page.isDragOver ? 'over' : 'away'}</p>
      <div data-part="all">
        {([...commands, 'clear'] as const).map((command) => (
          <button key={command} type="button" data-command={command} onClick={page[command]}>
            {command}
          </button>
        ))}
      </div>
      {page.uploads.map((upload) => (
        <Row key={upload.id} upload={upload} log={log} />
      ))}
      <TotalsLine log={log} />
    </UploaderProvider>
  )
}

const Row = memo(function Row({ upload, log }: { upload: Upload; log: PageLog }): ReactElement {
  const state = useUpload(upload)
  log.rendered(state.name)
  return (
    <div data-upload={state.name}>
      <span data-part="status">
        {state.status === 'failed' ? `failed ${state.error.code}` : state.status}
      </span>
      <span data-part="landed">{state.progress.landedBytes}</span>
      {([...commands, 'remove'] as const).map((command) => (
        <button key={command} type="button" data-command={command} onClick={() => upload[command]()}>
          {command}
        </button>
      ))}
    </div>
  )
})

function TotalsLine({ log }: { log: PageLog }): ReactElement {
  const { landedBytes, totalBytes, files } = useTotals()
  log.rendered('totals')
  return <p data-part="totals">{`${landedBytes} of ${totalBytes} in ${files}`}</p>
}

/** Calls `useTotals` and nothing else. */
export function OnlyTotals(): ReactElement {
  return <p data-part="totals">{useTotals().files}</p>
}

/** Calls `useUpload` with what it is given. */
export function ById({ uploadOrId, uploader, log }: ByIdProps): ReactElement {
  const state = useUpload(uploadOrId, uploader)
  log.rendered('by-id')
  return <p data-part="by-id">{state?.status ?? 'none'}</p>
}

/** Calls `useUploaderSelector` with what it is given. */
export function Selected({ selector, compare, uploader, log }: SelectedProps): ReactElement {
  const selected = useUploaderSelector(selector, compare && { compare }, uploader)
  log.rendered('selected')
  return <p data-part="selected">{JSON.stringify(selected)}</p>
}

/** Calls `useAnnouncement` with what it is given. */
export function Announcement({ texts, uploader }: AnnouncementProps): ReactElement {
  return <p data-part="announcement">{useAnnouncement(texts, uploader)}</p>
}
