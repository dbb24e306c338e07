import { describe, expect, it } from 'vitest'
import { type Hasher, UploadError } from '../../src/index.ts'
import {
  addFile,
  contentOf,
  MemoryFile,
  type PlainOptions,
  plainHasher,
  type SimulationOptions,
  settle,
  simulation,
} from '../support/simulation.ts'

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte))

/** A world whose server writes some chunks wrong, so many times. */
function corrupting(wrong: Record<number, number>, options: SimulationOptions = {}) {
  const world = simulation(options)
  world.server.corrupt = (chunk, bytes) => {
    const left = wrong[chunk] ?? 0
    wrong[chunk] = left - 1
    return left > 0 ? flipped(bytes) : bytes
  }
  return world
}

const offsets = ({ network }: ReturnType<typeof simulation>): (string | undefined)[] =>
  network.log.filter(({ method }) => method === 'PUT').map(({ url }) => url.split('=')[1])

/** A hasher that waits for the test. */
function slowHasher(): Hasher & { readonly waiting: (() => void)[] } {
  const waiting: (() => void)[] = []
  const { sha256, root } = plainHasher()
  return {
    waiting,
    root,
    async sha256(blob, signal) {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return sha256(blob, signal)
    },
  }
}

describe('a chunk that arrived different', () => {
  it.each<[string, PlainOptions]>([
    ['compared afterwards', {}],
    ['known before', { chunkDigest: { algorithm: 'sha-256', due: 'before' } }],
    ['hashed first of all', { identity: { scheme: 'sha-256-composite', due: 'open' } }],
  ])('is sent again, and nothing else is: %s', async (_, plain) => {
    const world = corrupting({ 1: 1 }, { plain })
    const outcome = await addFile(world.uploader).settled()
    expect(outcome.how).toBe('uploaded')
    expect(world.server.files.get('s0')).toEqual(contentOf(1, 0, 30))
    expect(offsets(world).sort()).toEqual(['0', '10', '10', '20'])
    expect(world.network.log.filter(({ headers }) => 'Replaces' in headers)).toHaveLength(1)
  })

  it('is found when the digest is late', async () => {
    const hasher = slowHasher()
    const world = corrupting({ 1: 1 }, { hasher })
    const upload = addFile(world.uploader)
    await settle()
    expect(upload.state.get()).toMatchObject({ status: 'uploading', progress: { landedBytes: 30 } })
    for (const go of hasher.waiting) go()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(world.network.log.filter(({ url }) => url.endsWith('/complete'))).toHaveLength(1)
    expect(world.server.files.get('s0')).toEqual(contentOf(1, 0, 30))
  })

  it('is sent again as soon as it is found, not only at the end', async () => {
    const hasher = slowHasher()
    const world = corrupting({ 0: 1 }, { hasher, concurrency: { requests: 2 } })
    world.network.policy = (call) => void (call.request.url.includes('offset=10') || call.answer())
    const upload = addFile(world.uploader)
    await settle()
    for (const go of hasher.waiting.splice(0)) go()
    await settle()
    expect(offsets(world)).toEqual(['0', '10', '20', '0'])
    expect(upload.chunks().map(({ status }) => status)).toEqual(['landed', 'sending', 'landed'])
  })

  it('is found after a pause, too', async () => {
    const hasher = slowHasher()
    const world = corrupting({ 1: 1 }, { hasher })
    const upload = addFile(world.uploader)
    await settle()
    upload.pause()
    upload.resume()
    for (let each = 0; each < 5; each++) {
      await settle()
      for (const go of hasher.waiting.splice(0)) go()
    }
    expect((await upload.settled()).how).toBe('uploaded')
    expect(world.server.files.get('s0')).toEqual(contentOf(1, 0, 30))
  })

  it('fails the upload when it never comes right, and may come right after a retry', async () => {
    const world = corrupting({ 1: 3 })
    const upload = addFile(world.uploader)
    expect(await upload.settled()).toMatchObject({
      how: 'failed',
      error: { code: 'integrity-failed', retryable: false },
    })
    expect(world.server.files.size).toBe(0)
    upload.retry()
    expect((await upload.settled()).how).toBe('uploaded')
    expect(world.server.files.get('s0')).toEqual(contentOf(1, 0, 30))
  })

  it('is replaced alone where several chunks travel together', async () => {
    const plain = { chunksPerPart: 4 }
    const world = corrupting({ 4: 1, 5: 2, 9: 1 }, { plain, concurrency: { requests: 1 } })
    const outcome = await addFile(world.uploader, new MemoryFile('many', 400)).settled()
    expect(outcome.how).toBe('uploaded')
    expect(world.server.files.get('s0')).toEqual(contentOf(1, 0, 400))
    const replacing = world.network.log.filter(({ headers }) => 'Replaces' in headers)
    expect(replacing.map(({ body }) => body?.kind === 'blob' && body.blob.size)).toEqual([10, 10, 10, 10])
    expect(world.server.resent).toBe(0)
  })
})

describe('completing', () => {
  it('is asked again after looking where both sides name the content differently', async () => {
    const world = simulation()
    let completions = 0
    world.server.intercept = ({ url }) =>
      url.endsWith('/complete') && ++completions === 1 ? { status: 422 } : undefined
    expect((await addFile(world.uploader).settled()).how).toBe('uploaded')
    expect(world.network.log.map(({ method }) => method).slice(-3)).toEqual(['POST', 'GET', 'POST'])
  })

  it.each([
    ['another name of the content', { status: 422 }],
    ['missing chunks', { status: 409, body: { recount: true } }],
  ])('fails where the server insists on %s', async (_, answer) => {
    const world = simulation()
    world.server.intercept = ({ url }) => (url.endsWith('/complete') ? answer : undefined)
    expect(await addFile(world.uploader).settled()).toMatchObject({
      how: 'failed',
      error: { code: 'integrity-failed' },
    })
  })

  it('sends what the server turns out to miss', async () => {
    const world = simulation()
    let completions = 0
    world.server.intercept = ({ url }) => {
      if (!url.endsWith('/complete') || ++completions > 1) return undefined
      const session = world.server.sessions.get('s0')
      const digest = session?.report().digests[1] ?? ''
      session?.write(10, contentOf(1, 10, 14), digest)
      return undefined
    }
    expect((await addFile(world.uploader).settled()).how).toBe('uploaded')
    expect(offsets(world).at(-1)).toBe('14')
    expect(world.server.files.get('s0')).toEqual(contentOf(1, 0, 30))
  })

  it.each<[string, SimulationOptions, boolean]>([
    ['names the content', {}, true],
    ['does not where identity is off', { identity: false }, false],
    ['does not where integrity is off', { integrity: false }, false],
    ['does not where nothing can hash', { hasher: null }, false],
  ])('%s', async (_, options, isNamed) => {
    const { uploader, network } = simulation(options)
    expect((await addFile(uploader).settled()).how).toBe('uploaded')
    const { body } = network.log.at(-1) ?? {}
    expect(body?.kind === 'json' && 'root' in (body.value as object)).toBe(isNamed)
  })
})

describe('a file that goes bad', () => {
  it.each([
    ['NotReadableError', 'file-changed'],
    ['NotFoundError', 'file-unreadable'],
  ] as const)('fails its upload before anything is sent: %s', async (fault, code) => {
    const { uploader, network } = simulation()
    const file = new MemoryFile('bad', 30)
    file.spoil(fault)
    const upload = addFile(uploader, file)
    const other = addFile(uploader)
    expect(await upload.settled()).toMatchObject({ how: 'failed', error: { code, retryable: false } })
    expect((await other.settled()).how).toBe('uploaded')
    expect(network.log).toHaveLength(5)
  })

  it('fails its upload while it is hashed beside sending', async () => {
    const { uploader, network } = simulation({ concurrency: { requests: 1 } })
    const file = new MemoryFile('bad', 1000)
    network.policy = (call) => {
      if (network.log.length === 5) file.spoil('NotReadableError')
      void call.answer()
    }
    expect(await addFile(uploader, file).settled()).toMatchObject({
      how: 'failed',
      error: { code: 'file-changed' },
    })
  })
})

describe('a hasher', () => {
  it('that fails, fails the upload with its reason', async () => {
    const hasher: Hasher = {
      sha256: () => Promise.reject(new UploadError('hash-failed')),
      root: async () => '',
    }
    const { uploader } = simulation({ hasher })
    expect(await addFile(uploader).settled()).toMatchObject({ error: { code: 'hash-failed' } })
  })

  it('is asked for each chunk once, over pauses and retries', async () => {
    let asked = 0
    const { sha256, root } = plainHasher()
    const hasher: Hasher = {
      root,
      sha256(blob, signal) {
        asked++
        return sha256(blob, signal)
      },
    }
    const { uploader, server, clock } = simulation({ hasher })
    let refusals = 3
    server.intercept = ({ method }) => (method === 'PUT' && refusals-- > 0 ? { status: 503 } : undefined)
    const upload = addFile(uploader)
    await settle()
    upload.pause()
    upload.resume()
    await clock.advance(60_000)
    expect((await upload.settled()).how).toBe('uploaded')
    expect(asked).toBe(3)
  })
})
