import type { Metadata, Uploader } from '@lading/core'
import {
  type ComponentInternalInstance,
  getCurrentInstance,
  hasInjectionContext,
  type InjectionKey,
  inject,
  provide,
} from 'vue'

/** The key of the provided uploader: `app.provide(uploaderKey, uploader)` hands one to a whole app. */
export const uploaderKey: InjectionKey<Uploader> = Symbol.for('lading.uploader')

const providers = new WeakMap<ComponentInternalInstance, Uploader>()

/** Hands one uploader to this component and all below, so that composables need not be given one. */
export function provideUploader<Result, Meta extends Metadata>(uploader: Uploader<Result, Meta>): void {
  // One key for all: whoever injects says which result and metadata they expect.
  const opaque: Uploader = uploader as never
  const instance = getCurrentInstance()
  // A component does not inject what it provides itself, and the one that provides most often wants totals as well.
  if (instance) providers.set(instance, opaque)
  provide(uploaderKey, opaque)
}

/** The uploader provided here or above. Throws where there is none. */
export function injectUploader<Result = unknown, Meta extends Metadata = Metadata>(): Uploader<Result, Meta> {
  return found('injectUploader', uploaderIfAny()) as never
}

/** The uploader provided here or above, if any. */
export function uploaderIfAny(): Uploader | undefined {
  const instance = getCurrentInstance()
  const own = instance ? providers.get(instance) : undefined
  return own ?? (hasInjectionContext() ? inject(uploaderKey, undefined) : undefined)
}

/** The uploader, or an error that says where one can come from. */
export function found<Given extends object>(composable: string, uploader: Given | undefined): Given {
  if (uploader) return uploader
  throw new TypeError(
    `Expected ${composable} to be given an uploader, or to be called where provideUploader(uploader) was called above`,
  )
}
