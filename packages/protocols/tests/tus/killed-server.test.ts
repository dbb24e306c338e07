import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { noiseFile } from '@lading/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultOf, uploaderBy } from './upload-by-tus.ts'

const mebibyte = 1024 * 1024
const program = fileURLToPath(new URL('./tus-server-process.mjs', import.meta.url))

/** A life of the server: what it has said so far, and a wait for what it will say. */
interface Life {
  readonly process: ChildProcess
  says(what: RegExp): Promise<string>
}

function begin(dir: string, port: string, ...more: string[]): Life {
  const child = spawn(process.execPath, [program, dir, port, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (piece) => {
    said += String(piece)
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    process: child,
    async says(what) {
      for (;;) {
        const match = what.exec(said)
        if (match) return match[1] ?? match[0]
        await once(child.stdout, 'data')
      }
    },
  }
}

async function kill({ process: child }: Life): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  expect(await gone).toEqual([null, 'SIGKILL'])
}

describe('a tus server that is killed in the middle of a PATCH', () => {
  it('is waited for, and the upload goes on at the byte that was on its disk', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lading-tus-killed-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const file = noiseFile('large.bin', 20 * mebibyte + 5)
    let life = begin(dir, '0', String(3 * mebibyte + 11))
    const port = await life.says(/^port (\d+)/m)
    const uploader = uploaderBy(
      { endpoint: `http://127.0.0.1:${port}/files` },
      { chunkSizeBytes: 8 * mebibyte, retry: { attempts: 20, baseDelayMs: 50, maxDelayMs: 500 } },
    )
    const offsets: number[] = []
    const restarts: string[] = []
    uploader.on('landed', ({ offset }) => void offsets.push(offset))
    uploader.on('restarted', ({ reason }) => void restarts.push(reason))
    const { settled } = await uploader.add(file)
    for (const next of [String(2 * mebibyte + 13), String(mebibyte), undefined]) {
      await life.says(/held/)
      await kill(life)
      life = begin(dir, port, ...(next ? [next] : []))
      await life.says(/^port/m)
    }
    const [outcome] = await settled
    if (!outcome) throw new Error('The file was not added')
    const { url } = resultOf(outcome)
    expect(restarts).toEqual([])
    // No first part but what the killed server had was sent: it went on inside it.
    expect(offsets[0]).toBeGreaterThan(0)
    expect(offsets[0] ?? 0).toBeLessThanOrEqual(6 * mebibyte + 24)
    const stored = await readFile(join(dir, new URL(url).pathname.split('/').at(-1) ?? ''))
    expect(Buffer.compare(stored, new Uint8Array(await file.arrayBuffer()))).toBe(0)
    expect((await readdir(dir)).length).toBe(2)
  }, 120_000)
})
