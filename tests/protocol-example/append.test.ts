import { readFileSync } from 'node:fs'
import { protocolContract } from '@lading/test-kit'
import { describe, expect, it } from 'vitest'
import { append } from './append.ts'
import { AppendServer } from './append-server.ts'

const repoFile = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the protocol in ARCHITECTURE.md', () => {
  it('is the one that is compiled and run here', () => {
    const shown = /<!-- example: append.ts -->\n```ts\n([\s\S]*?)\n```/.exec(repoFile('ARCHITECTURE.md'))?.[1]
    expect(shown).toBe(repoFile('tests/protocol-example/append.ts').trimEnd())
  })
})

async function startServer(): Promise<AppendServer> {
  const server = new AppendServer()
  await server.start()
  return server
}

protocolContract(startServer, (origin) => append(`${origin}/files`), {
  name: 'the protocol in ARCHITECTURE.md',
  canResume: true,
  goesOnInsideChunks: true,
  hasSession: true,
  canAbort: true,
  isIdempotent: false,
  carriesName: true,
  credentials: 'app',
  expectResult: ({ url }) => expect(new URL(url).pathname).toMatch(/^\/files\/file-\d+$/),
})
