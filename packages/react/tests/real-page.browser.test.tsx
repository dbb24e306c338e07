import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { createUploader } from '../src/index.ts'
import { ContractPage } from './contract-page.tsx'

afterEach(cleanup)

const silent = { rendered: () => {}, saw: () => {} }

it('uploads what is picked in a real input to the real server, byte for byte', async () => {
  const uploader = createUploader({ endpoint: '/uploads', chunkSizeBytes: 64 * 1024 })
  const { container } = render(<ContractPage source={uploader} log={silent} />)
  const bytes = crypto.getRandomValues(new Uint8Array(60_000))
  const file = new File([bytes, bytes, bytes], 'picked.bin', { type: 'application/octet-stream' })
  const input = container.querySelector('input')
  if (!input) throw new Error('There is no input')
  await userEvent.upload(input, file)
  const [outcome] = await uploader.settled()
  if (outcome?.how !== 'uploaded') throw new Error(`It ended as ${outcome?.how}`)
  expect(container.querySelector('[data-part=totals]')?.textContent).toContain('180000 in 1')
  const stored = new Uint8Array(await (await fetch(outcome.result.url)).arrayBuffer())
  expect(stored).toEqual(new Uint8Array(await file.arrayBuffer()))
})
