'use client'

import type { Metadata, Uploader } from '@lading/core'
import {
  type Context,
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
} from 'react'

const UploaderContext: Context<Uploader | undefined> = createContext<Uploader | undefined>(undefined)

/** What {@link UploaderProvider} takes. */
export interface UploaderProviderProps<Result, Meta extends Metadata> {
  readonly uploader: Uploader<Result, Meta>
  readonly children?: ReactNode
}

/** Hands one uploader to all hooks below, so that they need not be given one. */
export function UploaderProvider<Result, Meta extends Metadata>(
  props: UploaderProviderProps<Result, Meta>,
): ReactElement {
  // One context for all: whoever reads it says which result and metadata they expect.
  return createElement(UploaderContext.Provider, { value: props.uploader as never }, props.children)
}

/** The provider's uploader, if there is a provider. */
export function useProvidedUploader(): Uploader | undefined {
  return useContext(UploaderContext)
}

/** The uploader, or an error that says where one can come from. */
export function found<Given extends object>(hook: string, uploader: Given | undefined): Given {
  if (uploader) return uploader
  throw new TypeError(
    `Expected ${hook} to be given an uploader, or to be called below <UploaderProvider uploader={…}>`,
  )
}
