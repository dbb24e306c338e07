import { describe, expect, it } from 'vitest'
import type { Completed, Grant, UploadServerOptions, WireMatchAsk, WireMatched } from '../src/index.ts'
import { identityOf, someBytes } from './support/bytes.ts'
import { nothingLeftIn, startServer } from './support/server-fixture.ts'
import { read, readProblem, sendTo, UploadClient } from './support/upload-client.ts'

const CHUNK = 1000
const file = someBytes(2 * CHUNK + 300)
const ask: WireMatchAsk = {
  name: 'again.bin',
  type: 'image/png',
  size: file.byteLength,
  chunkSizeBytes: CHUNK,
  metadata: { album: 7 },
  identity: identityOf(file, CHUNK),
}

function byHeader(request: Request): Grant {
  const user = request.headers.get('x-user')
  return user === 'admin' ? { everyOwner: true } : user ? { owner: user } : {}
}

async function start(options: Partial<UploadServerOptions> & { readonly dir?: string } = {}) {
  const { server, dir, errors } = await startServer({ authorize: byHeader, ...options })
  const send = sendTo(server)
  const as = (user: string): UploadClient =>
    new UploadClient((path, init) => send(path, { ...init, headers: { ...init.headers, 'X-User': user } }))
  return { as, server, dir, errors }
}

async function upload(client: UploadClient, bytes = file, chunkSizeBytes = CHUNK): Promise<string> {
  const { id } = await client.created({ size: bytes.byteLength, chunkSizeBytes })
  await client.sent(id, 0, bytes)
  await client.completed(id, identityOf(bytes, chunkSizeBytes))
  return id
}

describe('content that its owner has sent', () => {
  it('becomes another file, with the name that is wanted now, and the application is told', async () => {
    const told: Completed[] = []
    const onComplete = (completed: Completed): void => void told.push(completed)
    const { as, errors } = await start({ onComplete })
    const ann = as('ann')
    const id = await upload(ann)
    const result = await ann.matched(ask)
    expect(result).toMatchObject({ name: 'again.bin', type: 'image/png', digest: ask.identity })
    expect(result?.id).not.toBe(id)
    expect(told.at(-1)).toEqual({ result, owner: 'ann', metadata: { album: 7 } })
    expect(told).toHaveLength(2)
    expect(await ann.bytes(result?.id ?? '')).toEqual(file)
    expect(errors).toEqual([])
  })

  it.each([0, 500])('is found when it came in one request, %i bytes of it', async (size) => {
    const ann = (await start()).as('ann')
    const bytes = someBytes(size)
    await ann.published(bytes, { chunkSizeBytes: CHUNK })
    const result = await ann.matched({ ...ask, size, identity: identityOf(bytes, CHUNK) })
    expect(await ann.bytes(result?.id ?? '')).toEqual(bytes)
  })

  it.each(['first', 'second'] as const)('stays in one file when the %s of two is removed', async (which) => {
    const { as, dir } = await start()
    const ann = as('ann')
    const first = await upload(ann)
    const second = (await ann.matched(ask))?.id ?? ''
    const [removed, kept] = which === 'first' ? [first, second] : [second, first]
    expect((await ann.removeFile(removed)).status).toBe(204)
    await readProblem(await ann.file(removed), 404, 'file-not-found')
    expect(await ann.bytes(kept)).toEqual(file)
    // And it is still there to be matched.
    const third = (await ann.matched(ask))?.id ?? ''
    expect(await ann.bytes(third)).toEqual(file)
    for (const id of [kept, third]) expect((await ann.removeFile(id)).status).toBe(204)
    expect(await ann.matched(ask)).toBeUndefined()
    await nothingLeftIn(dir)
  })

  it('is found after a restart', async () => {
    const { as, server, dir } = await start()
    await upload(as('ann'))
    await server.close()
    const again = (await start({ dir })).as('ann')
    const result = await again.matched(ask)
    expect(await again.bytes(result?.id ?? '')).toEqual(file)
  })

  it('is answered for in the order of the asks', async () => {
    const ann = (await start()).as('ann')
    await upload(ann)
    const absent = { ...ask, identity: identityOf(someBytes(file.byteLength, 9), CHUNK) }
    const asks = [absent, ask, absent, { ...ask, name: 'b' }]
    const { answers } = await read<WireMatched>(await ann.matches(asks), 200)
    expect(answers.map((answer) => (answer.match === 'yes' ? answer.result.name : 'no'))).toEqual([
      ...['no', 'again.bin', 'no', 'b'],
    ])
  })

  it('is not there while it is an open upload', async () => {
    const ann = (await start()).as('ann')
    const { id } = await ann.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    await ann.sent(id, 0, file)
    expect(await ann.matched(ask)).toBeUndefined()
  })
})

describe('content that is not there', () => {
  it("is what another owner's is like, to anybody", async () => {
    const { as, dir } = await start()
    const text = async (user: string): Promise<string> => {
      const response = await as(user).matches([ask])
      return JSON.stringify([response.status, ...response.headers, await response.text()])
    }
    const users = ['bob', 'admin', '']
    const before = await Promise.all(users.map(text))
    const id = await upload(as('ann'))
    expect(await Promise.all(users.map(text))).toEqual(before)
    expect(before[0]).toContain('{\\"answers\\":[{\\"match\\":\\"no\\"}]}')
    await as('ann').removeFile(id)
    await nothingLeftIn(dir)
  })

  it('is what nobody has sent, for nobody', async () => {
    const { as, dir } = await start()
    const id = await upload(as(''))
    for (const user of ['', 'admin', 'ann']) expect(await as(user).matched(ask)).toBeUndefined()
    await as('').removeFile(id)
    await nothingLeftIn(dir)
  })

  it.each([
    ['root', { ...ask, identity: { ...ask.identity, root: '0'.repeat(64) } }],
    ['size', { ...ask, size: 2200 }],
    ['size in the identity', { ...ask, identity: { ...ask.identity, size: 2200 } }],
    ['chunk size', { ...ask, chunkSizeBytes: 900 }],
    [
      'chunk size on both sides',
      { ...ask, chunkSizeBytes: 900, identity: { ...ask.identity, chunkSizeBytes: 900 } },
    ],
    ['count', { ...ask, identity: { ...ask.identity, count: 4 } }],
  ])('is one with another %s', async (_what, other) => {
    const ann = (await start()).as('ann')
    await upload(ann)
    expect(await ann.matched(other)).toBeUndefined()
  })
})

describe('an ask', () => {
  it.each([
    ['no list', 7, 'asks'],
    ['101 of them', Array.from({ length: 101 }, () => ask), 'asks'],
    ['no object', [ask, 'x'], 'asks'],
    ['no name', [ask, { ...ask, name: 7 }], 'name'],
    ['no identity', [ask, { ...ask, identity: undefined }], 'identity'],
    ['another scheme', [ask, { ...ask, identity: { ...ask.identity, scheme: 'md5' } }], 'identity.scheme'],
    ['a root that is none', [ask, { ...ask, identity: { ...ask.identity, root: '../x' } }], 'identity.root'],
    ['a size that is none', [ask, { ...ask, identity: { ...ask.identity, size: 0.5 } }], 'identity.size'],
  ])(
    'that is not of the form is refused with all others and makes no file: %s',
    async (_what, asks, field) => {
      const { as, dir } = await start()
      const ann = as('ann')
      const id = await upload(ann)
      expect(await readProblem(await ann.matches(asks), 400, 'invalid-request')).toMatchObject({ field })
      await ann.removeFile(id)
      await nothingLeftIn(dir)
    },
  )

  it('is held to the limits and to the grant of who creates', async () => {
    const operations: string[] = []
    const { as } = await start({
      limits: { maxMetadataBytes: 20 },
      authorize: (request, operation) => {
        operations.push(operation)
        return request.headers.get('x-user') === 'eve' ? false : { owner: 'ann' }
      },
    })
    const metadata = { long: 'x'.repeat(20) }
    await readProblem(await as('ann').matches([{ ...ask, metadata }]), 413, 'metadata-too-large')
    await readProblem(await as('eve').matches([ask]), 403, 'forbidden')
    expect(operations).toEqual(['create', 'create'])
  })

  it('is not known where it is switched off', async () => {
    const ann = (await start({ instant: false })).as('ann')
    await upload(ann)
    await readProblem(await ann.matches([ask]), 404, 'not-found')
  })

  it('can be of a hundred, and of none', async () => {
    const ann = (await start()).as('ann')
    const hundred = Array.from({ length: 100 }, () => ask)
    expect((await read<WireMatched>(await ann.matches(hundred), 200)).answers).toHaveLength(100)
    expect(await read<WireMatched>(await ann.matches([]), 200)).toEqual({ answers: [] })
  })
})
