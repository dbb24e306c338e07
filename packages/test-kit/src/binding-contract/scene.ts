import { createUploader, type Upload, type Uploader } from '@lading/core'
import type { BindingAdapter, Mounted, MountOptions, OwnOptions, PageProps } from './binding-adapter.ts'
import { type ControlledProtocol, type ControlledResult, controlledProtocol } from './controlled-protocol.ts'
import { drive, type PageDriver } from './page-driver.ts'
import { type RecordedPage, recordPage } from './page-log.ts'

/** A mounted page with everything a test touches. */
export interface Scene {
  readonly protocol: ControlledProtocol
  readonly log: RecordedPage
  readonly page: PageDriver
  readonly mounted: Mounted<PageProps>
  /** What `useUploader` gave last. */
  uploader(): Uploader
  /** Waits until a part of the file is under way, and acknowledges it. */
  land(name: string): Promise<void>
}

/** Options that a page can own: nothing is hashed. */
export function ownOptions(protocol: ControlledProtocol, more: Partial<OwnOptions> = {}): OwnOptions {
  return { protocol, integrity: false, concurrency: { requests: 6, files: 6 }, ...more }
}

/** An uploader that no page owns. */
export function sharedUploader(protocol: ControlledProtocol): Uploader<ControlledResult> {
  return createUploader(ownOptions(protocol))
}

/** Mounts the page: with options of its own, unless a source is given. */
export async function setTheScene(
  adapter: BindingAdapter,
  given: Partial<PageProps> & { readonly protocol?: ControlledProtocol } & MountOptions = {},
): Promise<Scene> {
  const { protocol = controlledProtocol(), isStrict = false, ...props } = given
  const log = recordPage()
  const mounted = await adapter.mountPage({ source: ownOptions(protocol), log, ...props }, { isStrict })
  return {
    protocol,
    log,
    page: drive(adapter, mounted),
    mounted,
    uploader() {
      const uploader = log.uploaders.at(-1)
      if (!uploader) throw new Error('The page has not rendered')
      return uploader
    },
    async land(name) {
      await adapter.until(() => expectWaiting(protocol, name))
      await adapter.act(() => protocol.land(name))
    },
  }
}

function expectWaiting(protocol: ControlledProtocol, name: string): void {
  if (protocol.waiting(name) === 0) throw new Error(`No part of ${name} is under way`)
}

/** The uploads on an uploader's list. */
export function uploadsOf<Result>(uploader: Uploader<Result>): readonly Upload<Result>[] {
  return uploader.store.get().ids.flatMap((id) => uploader.get(id) ?? [])
}
