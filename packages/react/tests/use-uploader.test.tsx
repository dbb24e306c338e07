import { controlledProtocol } from '@lading/test-kit'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createUploader,
  UploaderProvider,
  type UploaderState,
  useUploader,
  useUploaderSelector,
} from '../src/index.ts'

afterEach(cleanup)

const options = () => ({ protocol: controlledProtocol(), autoStart: false, integrity: false as const })
const file = (name: string) => new File(['0123456789'], name)

describe('useUploader', () => {
  it('gives the same object and the same functions while nothing changes', () => {
    const inline = options()
    const { result, rerender } = renderHook(() => useUploader({ ...inline }))
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
  })

  it('gives the same functions when the list changes, so that memoized rows stay', async () => {
    const { result } = renderHook(() => useUploader(options()))
    const { uploads, ...first } = result.current
    await act(async () => void result.current.add(file('a')))
    await waitFor(() => expect(result.current.uploads.map(({ name }) => name)).toEqual(['a']), {
      timeout: 20_000,
    })
    expect({ ...result.current, uploads: undefined }).toEqual({ ...first, uploads: undefined })
    expect(result.current.pause).toBe(first.pause)
    expect(result.current.getDropzoneProps).toBe(first.getDropzoneProps)
  })

  it("takes the provider's uploader where it is given nothing", () => {
    const uploader = createUploader(options())
    const { result } = renderHook(() => useUploader(), {
      wrapper: ({ children }) => <UploaderProvider uploader={uploader}>{children}</UploaderProvider>,
    })
    expect(result.current.uploader).toBe(uploader)
  })

  it('follows to another uploader that it is handed', async () => {
    const [one, other] = [createUploader(options()), createUploader(options())]
    await one.add(file('a'))
    await other.add(file('b'))
    const { result, rerender } = renderHook(({ source }) => useUploader(source), {
      initialProps: { source: one },
    })
    rerender({ source: other })
    expect(result.current.uploads.map(({ name }) => name)).toEqual(['b'])
    await act(async () => result.current.clear())
    expect([one, other].map(({ store }) => store.get().ids.length)).toEqual([1, 0])
  })

  it('makes an uploader of its own when one that was handed in is taken away', () => {
    const shared = createUploader(options())
    const inline = options()
    const { result, rerender } = renderHook(({ given }) => useUploader(given ?? inline), {
      initialProps: { given: shared as typeof shared | undefined },
      wrapper: StrictMode,
    })
    rerender({ given: undefined })
    const own = result.current.uploader
    expect(own).not.toBe(shared)
    rerender({ given: undefined })
    expect(result.current.uploader).toBe(own)
  })

  it('never renders in a loop when every option is made anew in each render', async () => {
    const protocol = controlledProtocol()
    const renders = vi.fn()
    const { rerender } = renderHook(() => {
      renders()
      useUploader({
        protocol,
        headers: { a: '1' },
        metadata: () => ({ made: 'anew' }),
        retry: { attempts: 1 },
        restrictions: { accept: ['.png'], validate: () => undefined },
      })
    })
    rerender()
    await act(async () => {})
    expect(renders).toHaveBeenCalledTimes(2)
  })
})

describe('useUploaderSelector', () => {
  it('keeps a selection that compares as the same over renders with inline selectors', () => {
    const uploader = createUploader(options())
    const compare = (one: { all: number }, other: { all: number }) => one.all === other.all
    const { result, rerender } = renderHook(() =>
      useUploaderSelector(({ ids }: UploaderState) => ({ all: ids.length }), { compare }, uploader),
    )
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
  })
})
