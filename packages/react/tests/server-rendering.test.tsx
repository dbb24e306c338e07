import { controlledProtocol } from '@lading/test-kit'
import { act, waitFor } from '@testing-library/react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createUploader, type Uploader, UploaderProvider, useTotals, useUploader } from '../src/index.ts'

function Page({ uploader }: { uploader: Uploader }) {
  const { uploads } = useUploader(uploader)
  return (
    <UploaderProvider uploader={uploader}>
      <ul>
        {uploads.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <Totals />
    </UploaderProvider>
  )
}

function Totals() {
  const { files, online } = useTotals()
  return <p>{`${files} ${online ? 'online' : 'offline'}`}</p>
}

function OwnPage() {
  return <p>{useUploader({ endpoint: '/uploads' }).uploads.length}</p>
}

const empty = '<ul></ul><p>0 online</p>'
const newUploader = () =>
  createUploader({ protocol: controlledProtocol(), autoStart: false, integrity: false })

afterEach(() => vi.restoreAllMocks())

describe('on a server', () => {
  it('renders an empty list, whatever the uploader holds, so that a browser agrees', async () => {
    const uploader = newUploader()
    await uploader.add(new File(['a'], 'a'))
    expect(renderToString(<Page uploader={uploader} />)).toBe(empty)
  })

  it('makes an uploader from options without touching anything', () => {
    const listen = vi.spyOn(window, 'addEventListener')
    expect(renderToString(<OwnPage />)).toBe('<p>0</p>')
    expect(listen).not.toHaveBeenCalled()
  })

  it('is taken over by a browser without a mismatch, which then shows what is there', async () => {
    const complain = vi.spyOn(console, 'error')
    const uploader = newUploader()
    const root = document.createElement('div')
    root.innerHTML = renderToString(<Page uploader={uploader} />)
    await uploader.add(new File(['a'], 'a'))
    const hydrated = await act(async () => hydrateRoot(root, <Page uploader={uploader} />))
    await waitFor(() => expect(root.innerHTML).toBe('<ul><li>a</li></ul><p>1 online</p>'), {
      timeout: 20_000,
    })
    expect(complain).not.toHaveBeenCalled()
    await act(async () => hydrated.unmount())
  })
})
