import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build, type Rollup } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realServer } from '../support/real-server.ts'

const run = promisify(execFile)
const fromCore = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Keeps count of timers, and of looks at what only pages have. */
const preamble = `
globalThis.pending = new Map()
globalThis.looked = []
const { setTimeout: set, clearTimeout: clear } = globalThis
globalThis.setTimeout = (callback, ms, ...rest) => {
  const timer = set(() => { pending.delete(timer); callback(...rest) }, ms)
  pending.set(timer, ms)
  return timer
}
globalThis.clearTimeout = (timer) => { pending.delete(timer); clear(timer) }
const pageOnly = ['window', 'document', 'localStorage', 'sessionStorage', 'indexedDB', 'Worker', 'location']
for (const name of pageOnly) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      if (new Error().stack.includes('core.mjs')) looked.push(name)
    },
  })
}
`

describe('in plain Node', () => {
  let dir: string
  beforeAll(async () => {
    const cache = fromCore('node_modules/.cache')
    await mkdir(cache, { recursive: true })
    dir = await mkdtemp(`${cache}/plain-node-`)
    const built = (await build({
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: fromCore('src/index.ts'),
        write: false,
        rolldownOptions: { external: ['axios', '@tanstack/store'] },
      },
    })) as Rollup.RollupOutput
    await writeFile(`${dir}/core.mjs`, built.output[0].code)
    await writeFile(`${dir}/preamble.mjs`, preamble)
  })
  afterAll(() => rm(dir, { recursive: true }))

  async function print(script: string): Promise<unknown> {
    const path = `${dir}/script.mjs`
    await writeFile(path, `${script}\nconsole.log(JSON.stringify(said))`)
    const { stdout, stderr } = await run(process.execPath, ['--import', `${dir}/preamble.mjs`, path])
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  }

  it('touches no page when it is imported and an uploader is made, and keeps no process alive', async () => {
    const said = await print(`
      const { createUploader } = await import('./core.mjs')
      const uploader = createUploader({ endpoint: '/uploads', autoStart: false })
      uploader.store.subscribe(() => {})
      const said = { looked, timers: [...pending.values()], state: uploader.store.get().online }
    `)
    expect(said).toEqual({ looked: [], timers: [], state: true })
  })

  it('uploads, and keeps no process alive afterwards', async () => {
    const server = await realServer()
    const said = await print(`
      const { createUploader } = await import('./core.mjs')
      const uploader = createUploader({ endpoint: '${server.endpoint}', chunkSizeBytes: 100_000 })
      const { settled } = await uploader.add([new Blob(['a'.repeat(1_000_000)]), new Blob(['b'])])
      const outcomes = await settled
      await new Promise((resolve) => uploader.store.subscribe(resolve))
      const said = { how: outcomes.map(({ how }) => how), timers: [...pending.values()] }
    `)
    await server.close()
    expect(said).toEqual({ how: ['uploaded', 'uploaded'], timers: [] })
  })
})
