import { commands, type Upload } from '@lading/core'
import type {
  AnnouncementProps,
  ByIdProps,
  OwnOptions,
  PageLog,
  PageProps,
  SelectedProps,
} from '@lading/test-kit'
import { type Component, defineComponent, h } from 'vue'
import {
  provideUploader,
  useAnnouncement,
  useTotals,
  useUpload,
  useUploader,
  useUploaderSelector,
} from '../src/index.ts'

const buttons = <Name extends string>(
  names: readonly Name[],
  click: (name: Name) => (event: Event) => unknown,
) => names.map((name) => h('button', { type: 'button', 'data-command': name, onClick: click(name) }, name))

const Row = defineComponent(
  ({ upload, log }: { upload: Upload; log: PageLog }) => {
    const state = useUpload(upload)
    return () => {
      const { name, progress } = state.value
      const status = state.value.status === 'failed' ? `failed ${state.value.error.code}` : state.value.status
      log.rendered(name)
      return h('div', { 'data-upload': name }, [
        h('span', { 'data-part': 'status' }, status),
        h('span', { 'data-part': 'landed' }, progress.landedBytes),
        buttons([...commands, 'remove'], (command) => () => upload[command]()),
      ])
    }
  },
  { props: ['upload', 'log'] },
)

const TotalsLine = defineComponent(
  ({ log }: { log: PageLog }) => {
    const totals = useTotals()
    return () => {
      log.rendered('totals')
      const { landedBytes, totalBytes, files } = totals.value
      return h('p', { 'data-part': 'totals' }, `${landedBytes} of ${totalBytes} in ${files}`)
    }
  },
  { props: ['log'] },
)

/** The page that the binding contract drives. */
export const ContractPage: Component<PageProps> = defineComponent(
  (props: PageProps) => {
    const { source, log, onDrop, onChange } = props
    const page = 'store' in source ? useUploader(source) : useUploader(() => props.source as OwnOptions)
    provideUploader(page.uploader)
    return () => {
      log.rendered('list')
      log.saw(page.uploader, page.uploads.value)
      return [
        h('div', { 'data-part': 'dropzone', ...page.getDropzoneProps(onDrop && { onDrop }) }, [
          h('input', { 'data-part': 'input', ...page.getInputProps(onChange && { onChange }) }),
        ]),
        h('p', { 'data-part': 'dragging' }, page.isDragOver.value ? 'over' : 'away'),
        h('div', { 'data-part': 'all' }, [buttons([...commands, 'clear'], (command) => page[command])]),
        page.uploads.value.map((upload) => h(Row, { key: upload.id, upload, log })),
        h(TotalsLine, { log }),
      ]
    }
  },
  { props: ['source', 'log', 'onDrop', 'onChange'] },
)

/** Calls `useTotals` and nothing else. */
export const OnlyTotals: Component = defineComponent(() => {
  const totals = useTotals()
  return () => h('p', { 'data-part': 'totals' }, totals.value.files)
})

/** Calls `useUpload` with what it is given. */
export const ById: Component<ByIdProps> = defineComponent(
  (props: ByIdProps) => {
    const state = useUpload(
      () => props.uploadOrId,
      () => props.uploader,
    )
    return () => {
      props.log.rendered('by-id')
      return h('p', { 'data-part': 'by-id' }, state.value?.status ?? 'none')
    }
  },
  { props: ['uploadOrId', 'uploader', 'log'] },
)

/** Calls `useUploaderSelector` with what it is given. */
export const Selected: Component<SelectedProps> = defineComponent(
  (props: SelectedProps) => {
    const selected = useUploaderSelector(
      (state) => props.selector(state),
      props.compare && { compare: props.compare },
      () => props.uploader,
    )
    return () => {
      props.log.rendered('selected')
      return h('p', { 'data-part': 'selected' }, JSON.stringify(selected.value))
    }
  },
  { props: ['selector', 'compare', 'uploader', 'log'] },
)

/** Calls `useAnnouncement` with what it is given. */
export const Announcement: Component<AnnouncementProps> = defineComponent(
  (props: AnnouncementProps) => {
    const text = useAnnouncement(
      () => props.texts,
      () => props.uploader,
    )
    return () => h('p', { 'data-part': 'announcement' }, text.value)
  },
  { props: ['texts', 'uploader'] },
)
