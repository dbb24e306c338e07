import type { NativeResult } from '@lading/core'
import { expect } from 'vitest'
import type { Contract } from './contract.ts'
import { drive } from './page-driver.ts'
import { recordPage } from './page-log.ts'
import { uploadsOf } from './scene.ts'
import { withLoopbackServer } from './with-loopback-server.ts'

const chunkSizeBytes = 64 * 1024

/** From the input of a page to the disk of the real server, over loopback. */
export const realServerContract: Contract = {
  'with the real server': {
    async 'uploads a picked file in chunks, and the server has it byte for byte'(adapter) {
      await withLoopbackServer(async (server) => {
        const log = recordPage()
        const source = { endpoint: server.endpoint, chunkSizeBytes }
        const page = drive(adapter, await adapter.mountPage({ source, log }))
        const bytes = noise(5 * chunkSizeBytes + 123)
        await page.pick(new File([bytes], 'noise.bin', { type: 'application/octet-stream' }))
        await page.reads('status', 'done', 'noise.bin')
        await page.reads('totals', `${bytes.length} of ${bytes.length} in 1`)
        const [upload] = log.uploaders.flatMap(uploadsOf)
        const outcome = await upload?.settled()
        expect(outcome).toMatchObject({ how: 'uploaded', result: { name: 'noise.bin', size: bytes.length } })
        const { url } = (outcome as { result: NativeResult }).result
        expect(Buffer.compare(await server.read(url), bytes)).toBe(0)
      })
    },
  },
}

/** Bytes without a pattern, the same in each run. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  let state = 42
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}
