import type { UploadStatus } from '@lading/core'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import { statusText } from '../status-text.ts'

/** As long as a busy machine may take for one step; tests end earlier when it does not. */
const patience = { timeout: 20_000 }

/** The uploader of a story, as a person finds their way on it. */
export interface UploaderPage {
  readonly root: HTMLElement
  input(): HTMLInputElement
  dropzone(): HTMLElement
  /** Chooses files in the input. */
  choose(...files: readonly File[]): Promise<void>
  /** Drags files over the drop zone; gives what drops them. */
  drag(...files: readonly File[]): () => void
  /** The names of the uploads, in order. */
  names(): readonly string[]
  row(name: string): Promise<UploadRowDriver>
  /** Presses a button of all uploads. */
  press(name: string): Promise<void>
  totals(): { readonly files: string; readonly percent: number }
  /** The files that were not taken, each with its reasons. */
  rejections(): readonly string[]
  /** Waits until this is said to those who do not see the page. */
  says(text: string): Promise<void>
  focused(): Element
  /** Waits until something that is asserted is so. */
  until(assertion: () => void): Promise<void>
}

/** One upload of the list. */
export interface UploadRowDriver {
  readonly element: HTMLElement
  status(): string
  /** Waits for a status. */
  reads(status: UploadStatus): Promise<void>
  percent(): number
  /** A button or link that is there. */
  control(name: string): HTMLElement
  /** The names of its buttons and links, in order. */
  controls(): readonly string[]
  press(name: string): Promise<void>
  /** Fetches what the server has, by the link of a finished upload. */
  download(): Promise<Blob>
}

/** Finds the uploader in a story. */
export function uploaderPage(root: HTMLElement): UploaderPage {
  const page = within(root)
  const input = (): HTMLInputElement => page.getByLabelText<HTMLInputElement>('Choose files')
  const dropzone = (): HTMLElement => page.getByRole('group', { name: /^Drop files/ })
  const rows = (): HTMLElement[] => {
    const list = page.queryByRole('list', { name: 'Uploads' })
    return list ? within(list).getAllByRole('listitem') : []
  }
  return {
    root,
    input,
    dropzone,
    choose: (...files) => userEvent.upload(input(), [...files]),
    drag(...files) {
      const dataTransfer = new DataTransfer()
      for (const file of files) dataTransfer.items.add(file)
      const zone = dropzone()
      // Sent by hand: the testing library's own events leave the files behind.
      const send = (type: string): unknown =>
        zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
      send('dragenter')
      send('dragover')
      return () => void send('drop')
    },
    names: () => rows().map((row) => nameOf(row)),
    row: async (name) => drive(await page.findByRole('listitem', { name }, patience)),
    press: async (name) => userEvent.click(await page.findByRole('button', { name }, patience)),
    totals() {
      const totals = page.getByRole('region', { name: 'Totals' })
      return { files: within(totals).getByText(/files?$/).textContent ?? '', percent: percentOf(totals) }
    },
    rejections() {
      const list = page.getByRole('region', { name: 'Files that were not added' })
      return within(list)
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent?.trim() ?? '')
    },
    says: (text) => waitFor(() => expect(page.getByRole('status')).toHaveTextContent(text), patience),
    focused: () => root.ownerDocument.activeElement ?? root.ownerDocument.body,
    until: (assertion) => waitFor(assertion, patience),
  }
}

function nameOf(row: HTMLElement): string {
  return row.ownerDocument.getElementById(row.getAttribute('aria-labelledby') ?? '')?.textContent ?? ''
}

function percentOf(element: HTMLElement): number {
  return Number(within(element).getByRole('progressbar').getAttribute('aria-valuenow'))
}

function drive(element: HTMLElement): UploadRowDriver {
  const row = within(element)
  const texts = Object.values(statusText)
  const status = (): string => row.getByText((text) => texts.includes(text.trim())).textContent ?? ''
  // Said where a status is not the awaited one.
  const note = (): string => element.querySelector('.lading-note')?.textContent ?? ''
  return {
    element,
    status,
    reads: (wanted) => waitFor(() => expect(status(), note()).toBe(statusText[wanted]), patience),
    percent: () => percentOf(element),
    control: (name) => row.getByRole(name === 'Download' ? 'link' : 'button', { name }),
    controls: () =>
      [...element.querySelectorAll('button, a')].map(({ textContent }) => textContent?.trim() ?? ''),
    press: async (name) => userEvent.click(await row.findByRole('button', { name }, patience)),
    async download() {
      const link = await row.findByRole<HTMLAnchorElement>('link', { name: 'Download' }, patience)
      const answer = await fetch(link.href)
      expect(answer.status).toBe(200)
      return answer.blob()
    },
  }
}
