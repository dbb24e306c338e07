// @vitest-environment node
import { controlledProtocol } from '@lading/test-kit'
import { describe, expect, it, vi } from 'vitest'
import { createSSRApp, defineComponent, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createUploader, useTotals, useUpload, useUploader, useUploaderSelector } from '../src/index.ts'

const newUploader = () =>
  createUploader({ protocol: controlledProtocol(), autoStart: false, integrity: false })

describe('on a server', () => {
  it('renders what is there, and subscribes to nothing', async () => {
    const uploader = newUploader()
    const { added } = await uploader.add({ file: new Blob(['a']), name: 'a' })
    const subscribe = vi.fn(() => ({ unsubscribe: () => {} }))
    const store = { get: () => uploader.store.get(), subscribe }
    const Page = defineComponent(() => {
      const totals = useTotals({ store })
      const count = useUploaderSelector(({ ids }) => ids.length, {}, { store })
      const state = useUpload(added[0]?.id, uploader)
      return () => h('p', `${totals.value.files} ${count.value} ${state.value?.name}`)
    })
    expect(await renderToString(createSSRApp(Page))).toBe('<p>1 1 a</p>')
    expect(subscribe).not.toHaveBeenCalled()
  })

  it('makes an uploader from options, and nobody looks at it', async () => {
    const attach = vi.spyOn(Object.getPrototypeOf(newUploader()), 'attach')
    const Page = defineComponent(() => {
      const { uploads, isDragOver, getDropzoneProps, getInputProps } = useUploader({ endpoint: '/uploads' })
      return () =>
        h('div', getDropzoneProps(), [
          h('input', getInputProps()),
          `${uploads.value.length} ${isDragOver.value}`,
        ])
    })
    expect(await renderToString(createSSRApp(Page))).toContain('<input type="file" multiple>0 false')
    expect(attach).not.toHaveBeenCalled()
    attach.mockRestore()
  })
})
