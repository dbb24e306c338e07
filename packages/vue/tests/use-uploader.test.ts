import { controlledProtocol } from '@lading/test-kit'
import { cleanup, render, waitFor } from '@testing-library/vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  computed,
  createApp,
  defineComponent,
  effectScope,
  h,
  isReactive,
  nextTick,
  reactive,
  ref,
} from 'vue'
import {
  createUploader,
  injectUploader,
  provideUploader,
  type Uploader,
  uploaderKey,
  useTotals,
  useUpload,
  useUploader,
  useUploaderSelector,
} from '../src/index.ts'

afterEach(cleanup)

const options = () => ({ protocol: controlledProtocol(), autoStart: false, integrity: false as const })
const file = (name: string) => new File(['0123456789'], name)
const spyOnSetOptions = (uploader: object | undefined) =>
  vi.spyOn(Object.getPrototypeOf(uploader) as Uploader, 'setOptions')

/** Runs a composable in a component that shows nothing. */
function withSetup<T>(composable: () => T): { readonly result: T; unmount(): void } {
  let result: { readonly value: T } | undefined
  const { unmount } = render(
    defineComponent(() => {
      result = { value: composable() }
      return () => null
    }),
  )
  if (!result) throw new Error('Nothing was set up')
  return { result: result.value, unmount }
}

describe('handles and uploaders', () => {
  it('are not made into proxies', async () => {
    const uploader = createUploader(options())
    const { added } = await uploader.add(file('a'))
    const held = reactive({ uploader, uploads: [...added] })
    expect([held.uploads[0] === added[0], held.uploader === uploader]).toEqual([true, true])
    expect([isReactive(held.uploads[0]), isReactive(held.uploader)]).toEqual([false, false])
    expect(ref(added[0]).value?.state.get().name).toBe('a')
  })
})

describe('options', () => {
  it('are followed in a ref, a getter and a reactive object', async () => {
    const inRef = ref({ ...options(), retry: { attempts: 1 } })
    const token = ref('old')
    const inObject = reactive({ ...options(), headers: { a: '1' } })
    const { result } = withSetup(() => [
      useUploader(inRef).uploader,
      useUploader(() => ({ ...options(), headers: { token: token.value } })).uploader,
      useUploader(inObject).uploader,
    ])
    const setOptions = spyOnSetOptions(result[0])
    inRef.value.retry.attempts = 2
    await nextTick()
    token.value = 'new'
    await nextTick()
    inObject.headers.a = '2'
    await nextTick()
    expect(setOptions.mock.calls).toEqual([
      [{ retry: { attempts: 2 } }],
      [{ headers: { token: 'new' } }],
      [{ headers: { a: '2' } }],
    ])
    setOptions.mockRestore()
  })

  it('are passed on once for several changes at once, and not for a change that means the same', async () => {
    const requests = ref(1)
    const files = ref(1)
    const { result } = withSetup(() =>
      useUploader(() => ({ ...options(), concurrency: { requests: requests.value, files: files.value } })),
    )
    const setOptions = spyOnSetOptions(result.uploader)
    requests.value = 2
    files.value = 2
    await nextTick()
    expect(setOptions.mock.calls).toEqual([[{ concurrency: { requests: 2, files: 2 } }]])
    requests.value = 3
    requests.value = 2
    await nextTick()
    expect(setOptions).toHaveBeenCalledOnce()
    setOptions.mockRestore()
  })

  it('leave a protocol in a reactive object unwrapped', async () => {
    const protocol = controlledProtocol()
    const spoken: unknown[] = []
    const inside = reactive({
      protocol: {
        ...protocol,
        async open() {
          spoken.push(this)
          return { session: null }
        },
      },
      integrity: false as const,
    })
    const { result } = withSetup(() => useUploader(inside))
    await result.add(file('a'))
    await waitFor(() => expect(spoken.map((self) => isReactive(self))).toEqual([false]), { timeout: 20_000 })
  })
})

describe('scopes', () => {
  it('end what composables outside of components watch', async () => {
    const uploader = createUploader(options())
    const scope = effectScope()
    const names = scope.run(() => {
      const { uploads } = useUploader(uploader)
      return computed(() => uploads.value.map(({ name }) => name))
    })
    await uploader.add(file('a'))
    await waitFor(() => expect(names?.value).toEqual(['a']), { timeout: 20_000 })
    scope.stop()
    const told = vi.fn()
    uploader.store.subscribe(told)
    await uploader.add(file('b'))
    await waitFor(() => expect(told).toHaveBeenCalled(), { timeout: 20_000 })
    expect(names?.value).toEqual(['a'])
  })

  it('pause an uploader of their own at their end', async () => {
    const scope = effectScope()
    const own = scope.run(() => useUploader({ ...options(), autoStart: true }))
    const added = await own?.add(file('a'))
    scope.stop()
    await waitFor(() => expect(added?.added[0]?.state.get().status).toBe('paused'), { timeout: 20_000 })
  })
})

describe('provideUploader', () => {
  it('serves the component that provides and all below', async () => {
    const uploader = createUploader(options())
    await uploader.add(file('a'))
    const Below = defineComponent(() => {
      const totals = useTotals()
      const { uploads } = useUploader()
      return () => h('p', `${totals.value.files} ${uploads.value[0]?.name}`)
    })
    const { container } = render(
      defineComponent(() => {
        provideUploader(uploader)
        const totals = useTotals()
        return () => [h('p', totals.value.files), h(Below)]
      }),
    )
    expect([...container.querySelectorAll('p')].map(({ textContent }) => textContent)).toEqual(['1', '1 a'])
  })

  it('can be done for a whole app, and outside of components', async () => {
    const uploader = createUploader(options())
    const app = createApp({ render: () => null })
    app.provide(uploaderKey, uploader)
    expect(app.runWithContext(() => injectUploader())).toBe(uploader)
    expect(() => injectUploader()).toThrow('Expected injectUploader to be given an uploader')
  })
})

describe('useUploaderSelector', () => {
  it('follows refs that the selector reads', async () => {
    const uploader = createUploader(options())
    await uploader.add([file('a'), file('b')])
    const status = ref<'queued' | 'paused'>('queued')
    const { result } = withSetup(() =>
      useUploaderSelector(({ counts }) => counts[status.value], {}, uploader),
    )
    expect(result.value).toBe(2)
    status.value = 'paused'
    expect(result.value).toBe(0)
  })
})

describe('useUpload', () => {
  it('follows a ref to a handle, at once', async () => {
    const uploader = createUploader(options())
    const { added } = await uploader.add([file('a'), file('b')])
    const chosen = ref(added[0])
    const { result } = withSetup(() => useUpload(chosen))
    expect(result.value?.name).toBe('a')
    chosen.value = added[1]
    expect(result.value?.name).toBe('b')
    chosen.value = undefined
    expect(result.value).toBeUndefined()
  })
})
