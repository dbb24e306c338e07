import type { BindingAdapter, Mounted, MountOptions } from '@lading/test-kit'
import { act, render, waitFor } from '@testing-library/react'
import { type ComponentType, StrictMode } from 'react'
import { UploaderProvider } from '../src/index.ts'
import { Announcement, ById, ContractPage, OnlyTotals, Selected } from './contract-page.tsx'

async function mount<Props extends object>(
  Component: ComponentType<Props>,
  first: Props,
  { isStrict = false, provided }: MountOptions = {},
): Promise<Mounted<Props>> {
  const tree = (props: Props) => {
    const page = <Component {...props} />
    const inside = provided ? <UploaderProvider uploader={provided}>{page}</UploaderProvider> : page
    return isStrict ? <StrictMode>{inside}</StrictMode> : inside
  }
  const { container, rerender, unmount } = render(tree(first))
  return {
    root: container,
    update: async (props) => rerender(tree(props)),
    unmount: async () => unmount(),
  }
}

/** React, as the binding contract sees it. */
export const reactAdapter: BindingAdapter = {
  name: 'React',
  act: (run) => act(async () => run()),
  until: async (assertion) => void (await waitFor(assertion, { timeout: 10_000, interval: 5 })),
  mountPage: (props, options) => mount(ContractPage, props, options),
  mountById: (props, options) => mount(ById, props, options),
  mountSelected: (props, options) => mount(Selected, props, options),
  mountAnnouncement: (props, options) => mount(Announcement, props, options),
  mountTotals: (options) => mount(OnlyTotals, {}, options),
}
