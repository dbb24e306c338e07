import { readFileSync } from 'node:fs'
import { movePageTo, withLoopbackServer } from '@lading/test-kit'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/vue'
import { afterEach, expect, it } from 'vitest'
import Uploads from './readme-example.vue'

afterEach(cleanup)

const here = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('shows the examples as they are compiled', () => {
  const shown = [...here('../README.md').matchAll(/<!-- example: (\S+) -->\n```\w+\n([\s\S]*?)\n```/g)]
  expect(shown.map(([, name]) => name)).toEqual(['readme-example.vue', 'readme-example-row.vue'])
  for (const [, name, code] of shown) expect(`${code}\n`).toBe(here(name ?? ''))
})

it(
  'the example uploads to the real server',
  () =>
    withLoopbackServer(async ({ endpoint }) => {
      movePageTo(endpoint)
      render(Uploads)
      const input = screen.getByLabelText('Choose files')
      Object.defineProperty(input, 'files', { value: [new File(['Hello'], 'hello.txt')] })
      await fireEvent(input, new Event('change'))
      await waitFor(() => expect(screen.getByText(/hello\.txt/).textContent).toContain('done'), {
        timeout: 10_000,
      })
    }),
  30_000,
)
