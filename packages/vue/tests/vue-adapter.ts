import type { BindingAdapter, Mounted, MountOptions } from '@lading/test-kit'
import { render, waitFor } from '@testing-library/vue'
import { type Component, defineComponent, h, nextTick } from 'vue'
import { provideUploader } from '../src/index.ts'
import { Announcement, ById, ContractPage, OnlyTotals, Selected } from './contract-page.ts'

async function mount<Props extends object>(
  page: Component,
  first: Props,
  { isStrict = false, provided }: MountOptions = {},
): Promise<Mounted<Props>> {
  const Tree = defineComponent(
    (props: { given: Props }) => {
      if (provided) provideUploader(provided)
      return () => h(page, props.given)
    },
    { props: ['given'] },
  )
  // What hot reloading does to a component whose script has changed.
  if (isStrict) render(Tree, { props: { given: first } }).unmount()
  const { container, rerender, unmount } = render(Tree, { props: { given: first } })
  return {
    root: container,
    update: (props) => rerender({ given: props }),
    unmount: async () => unmount(),
  }
}

/** Vue, as the binding contract sees it. */
export const vueAdapter: BindingAdapter = {
  name: 'Vue',
  async act(run) {
    run()
    await new Promise<void>((done) => queueMicrotask(done))
    await nextTick()
  },
  until: (assertion) => waitFor(assertion, { timeout: 10_000, interval: 5 }),
  mountPage: (props, options) => mount(ContractPage, props, options),
  mountById: (props, options) => mount(ById, props, options),
  mountSelected: (props, options) => mount(Selected, props, options),
  mountAnnouncement: (props, options) => mount(Announcement, props, options),
  mountTotals: (options) => mount(OnlyTotals, {}, options),
}
