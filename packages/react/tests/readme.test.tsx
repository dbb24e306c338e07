import { readFileSync } from 'node:fs'
import { movePageTo, withLoopbackServer } from '@lading/test-kit'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { Uploads } from './readme-example.tsx'

afterEach(cleanup)

const here = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('shows the example as it is compiled', () => {
  const shown = [...here('../README.md').matchAll(/<!-- example: (\S+) -->\n```\w+\n([\s\S]*?)\n```/g)]
  expect(shown.map(([, name]) => name)).toEqual(['readme-example.tsx'])
  for (const [, name, code] of shown) expect(`${code}\n`).toBe(here(name ?? ''))
})

it(
  'the example uploads to the real server',
  () =>
    withLoopbackServer(async ({ endpoint }) => {
      movePageTo(endpoint)
      render(<Uploads />)
      const files = [new File(['Hello'], 'hello.txt')]
      fireEvent.change(screen.getByLabelText('Choose files'), { target: { files } })
      await waitFor(() => expect(screen.getByText(/hello\.txt/).textContent).toContain('done'), {
        timeout: 10_000,
      })
    }),
  30_000,
)
