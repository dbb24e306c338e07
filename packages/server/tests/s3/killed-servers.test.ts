import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chunksOf, identityOf, sha256Hex, someBytes } from '../support/bytes.ts'
import { buildEntries, type Child, originOf, runCli } from '../support/child-server.ts'
import { bucket, describeOnS3, newPrefix, s3Url } from '../support/on-s3.ts'
import { roundRobin } from '../support/round-robin.ts'
import { sendOver, UploadClient } from '../support/upload-client.ts'

const MiB = 1024 * 1024
const CHUNK = 5 * MiB
const LANES = 3

describeOnS3('several server processes behind a plain round-robin', () => {
  let built: Awaited<ReturnType<typeof buildEntries>>

  beforeAll(async () => {
    built = await buildEntries(['tests/support/s3-server.ts'])
  })

  afterAll(() => built.remove())

  it('serve one upload, though one of them is killed again and again, and lose no chunk they acknowledged', async () => {
    const fleet = new Fleet(join(built.outDir, 's3-server.mjs'), newPrefix())
    await fleet.start(3)
    const { origin, counts } = await roundRobin(() => fleet.origins)
    const client = new UploadClient(sendOver(origin))
    const file = someBytes(11 * CHUNK + 12_345)
    const chunks = chunksOf(file, CHUNK)
    const { id } = await again(() =>
      client.created({ size: file.byteLength, chunkSizeBytes: CHUNK }, 'one-key-for-one-upload'),
    )
    const acknowledged = new Map<number, string>()
    const queue = [...chunks.entries()]
    const send = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [index, bytes] = next
        const { chunks: landed } = await again(() => client.sent(id, index * CHUNK, bytes))
        for (const { index: which, sha256 } of landed) acknowledged.set(which, sha256)
        // While the other lanes are sending.
        if (acknowledged.size % 2 === 0) await fleet.killOne()
        const status = await again(() => client.status(id))
        const has = new Map(
          status.landed
            .flatMap(([first, count]) => Array.from({ length: count }, (_, at) => first + at))
            .map((at, place) => [at, status.sha256[place]]),
        )
        for (const [which, sha256] of landed.map((chunk) => [chunk.index, chunk.sha256] as const))
          expect(has.get(which)).toBe(sha256)
      }
    }
    await Promise.all(Array.from({ length: LANES }, send))
    expect(acknowledged.size).toBe(chunks.length)
    const completing = again(() => client.completed(id, identityOf(file, CHUNK)))
    await fleet.killOne()
    const { result } = await completing
    expect(result.digest).toEqual(identityOf(file, CHUNK))
    expect(sha256Hex(await again(() => client.bytes(id)))).toBe(sha256Hex(file))
    expect(fleet.kills).toBeGreaterThan(5)
    // All of them have taken part.
    expect(counts.size).toBeGreaterThan(5)
  })
})

class Fleet {
  readonly #script: string
  readonly #prefix: string
  readonly #children: { readonly child: Child; readonly origin: string }[] = []
  kills = 0

  constructor(script: string, prefix: string) {
    this.#script = script
    this.#prefix = prefix
  }

  get origins(): readonly string[] {
    return this.#children.map(({ origin }) => origin)
  }

  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#startOne()))
  }

  /** The one that has been there longest goes, and another comes later; the proxy finds out by itself. */
  async killOne(): Promise<void> {
    const first = this.#children[0]
    if (!first) throw new Error('There is none left')
    this.kills += 1
    first.child.process.kill('SIGKILL')
    await first.child.ended
    await this.#startOne()
    this.#children.splice(this.#children.indexOf(first), 1)
  }

  async #startOne(): Promise<void> {
    const child = runCli(this.#script, [s3Url, bucket, this.#prefix])
    this.#children.push({ child, origin: await originOf(child) })
  }
}

/** As a client goes on after a connection that broke or a server that was gone: again, until it works. */
async function again<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    try {
      return await request()
    } catch (error) {
      // Nothing but a connection that broke, or one that had been let go before.
      if (!(error instanceof TypeError)) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return request()
}
