import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createUploader } from '@lading/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/<!-- example: (\S+) -->\n```\w+\n([\s\S]*?)\n```/g)]

describe('README.md', () => {
  it('shows each example as it is compiled', () => {
    expect(blocks.map(([, name]) => name).sort()).toEqual(readdirSync(join(root, 'tests/examples')).sort())
    for (const [, name, code] of blocks) {
      expect(code).toBe(readFileSync(join(root, 'tests/examples', name ?? ''), 'utf8').trimEnd())
    }
  })

  it('links to pages that are there', () => {
    const links = [...readme.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, path]) => path ?? '')
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

describe('the Express example', () => {
  const home = process.cwd()
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lading-readme-'))
    process.chdir(dir)
  })
  afterAll(async () => {
    process.chdir(home)
    await rm(dir, { recursive: true, force: true })
  })

  it('receives what an uploader sends, byte for byte', async () => {
    const { app } = await import('./examples/express-server.ts')
    const listening = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => listening.once('listening', resolve))
    const { port } = listening.address() as AddressInfo
    const uploader = createUploader({ endpoint: `http://127.0.0.1:${port}/uploads`, chunkSizeBytes: 100_000 })
    const bytes = new Uint8Array(randomBytes(1_000_000))
    const { settled } = await uploader.add(new File([bytes], 'hello.bin'))
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error(`The upload ended as ${outcome?.how}`)
    const back = await (await fetch(outcome.result.url, { headers: { 'x-user': 'anonymous' } })).arrayBuffer()
    expect(createHash('sha256').update(new Uint8Array(back)).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    )
    uploader.dispose()
    listening.closeAllConnections()
    listening.close()
  })
})
