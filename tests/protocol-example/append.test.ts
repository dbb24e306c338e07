import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createUploader } from '@lading/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { append } from './append.ts'
import { AppendServer } from './append-server.ts'

const repoFile = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the protocol in ARCHITECTURE.md', () => {
  let server: AppendServer
  let endpoint: string
  beforeEach(async () => {
    server = new AppendServer()
    endpoint = await server.listen()
  })
  afterEach(() => server.close())

  it('is the one that is compiled and run here', () => {
    const shown = /<!-- example: append.ts -->\n```ts\n([\s\S]*?)\n```/.exec(repoFile('ARCHITECTURE.md'))?.[1]
    expect(shown).toBe(repoFile('tests/protocol-example/append.ts').trimEnd())
  })

  it('brings a file to its server, byte for byte, with a typed result', async () => {
    const uploader = createUploader({ protocol: append(endpoint), chunkSizeBytes: 10_000 })
    const bytes = new Uint8Array(randomBytes(123_456))
    const { settled } = await uploader.add(new File([bytes], 'a.bin'))
    const [outcome] = await settled
    if (outcome?.how !== 'uploaded') throw new Error(`The upload ended as ${outcome?.how}`)
    expect(outcome.result.url).toBe(`${endpoint}/file-0`)
    expect(server.files.get('file-0')?.equals(bytes)).toBe(true)
    uploader.dispose()
  })

  it('goes on where it was paused', async () => {
    const uploader = createUploader({ protocol: append(endpoint), chunkSizeBytes: 10_000 })
    const bytes = new Uint8Array(randomBytes(200_000))
    const { added, settled } = await uploader.add(new File([bytes], 'b.bin'))
    await new Promise<void>((resolve) => {
      const off = uploader.on('landed', () => {
        off()
        resolve()
      })
    })
    uploader.pause()
    expect(added[0]?.state.get().status).toBe('paused')
    uploader.resume()
    expect((await settled)[0]?.how).toBe('uploaded')
    expect([...server.files.keys()]).toEqual(['file-0'])
    expect(server.files.get('file-0')?.equals(bytes)).toBe(true)
    uploader.dispose()
  })

  it('starts afresh when the server has forgotten the file', async () => {
    const uploader = createUploader({ protocol: append(endpoint), chunkSizeBytes: 10_000 })
    const bytes = new Uint8Array(randomBytes(100_000))
    const reasons: string[] = []
    uploader.on('restarted', ({ reason }) => reasons.push(reason))
    const forget = uploader.on('landed', () => {
      forget()
      server.files.delete('file-0')
      server.files.set('of-another', Buffer.alloc(0))
    })
    const { settled } = await uploader.add(new File([bytes], 'c.bin'))
    expect((await settled)[0]?.how).toBe('uploaded')
    expect(reasons).toEqual(['gone'])
    expect(server.files.get('file-1')?.equals(bytes)).toBe(true)
    uploader.dispose()
  })
})
