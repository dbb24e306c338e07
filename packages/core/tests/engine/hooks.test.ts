import { describe, expect, it } from 'vitest'
import type { Hooks } from '../../src/index.ts'
import {
  addFile,
  MemoryFile,
  type PlainResult,
  plainProtocol,
  settle,
  simulation,
} from '../support/simulation.ts'

const never = (): Promise<never> => new Promise(() => {})
const refuse = (): never => {
  throw new Error('no, thanks')
}

/** An uploader whose file `hooked.bin` meets a hook, and `other.bin` does not. */
async function hooked(hooks: Hooks<PlainResult>) {
  const world = simulation({ concurrency: { files: 1 } })
  world.uploader.use(hooks)
  const upload = addFile(world.uploader, new MemoryFile('hooked.bin', 30))
  const other = addFile(world.uploader, new MemoryFile('other.bin', 30))
  return { ...world, upload, other }
}

const only =
  (name: string, hook: () => never | Promise<never>) =>
  ({ name: given }: { name: string }) =>
    given === name ? hook() : undefined

/** Each hook that belongs to an upload, throwing or hanging for `hooked.bin` only. */
const kinds: [string, (hook: () => never | Promise<never>) => Hooks<PlainResult>][] = [
  ['beforeFile', (hook) => ({ beforeFile: only('hooked.bin', hook) })],
  ['beforeChunk', (hook) => ({ beforeChunk: only('hooked.bin', hook) })],
  ['acceptResponse', (hook) => ({ acceptResponse: (_, upload) => only('hooked.bin', hook)(upload) })],
  ['afterFile', (hook) => ({ afterFile: only('hooked.bin', hook) })],
]

describe.each(kinds)('%s', (name, make) => {
  it('fails its upload where it throws, and the queue goes on', async () => {
    const { upload, other } = await hooked(make(refuse))
    expect(await upload.settled()).toMatchObject({
      how: 'failed',
      error: { code: 'hook-failed', message: `${name}: no, thanks`, retryable: false },
    })
    expect((await other.settled()).how).toBe('uploaded')
  })

  it('fails its upload where it rejects', async () => {
    const { upload } = await hooked(make(() => Promise.reject(new Error('later'))))
    expect(await upload.settled()).toMatchObject({ how: 'failed', error: { code: 'hook-failed' } })
  })

  it('holds up neither a pause nor the queue where it never answers', async () => {
    const { uploader, upload, other, network } = await hooked(make(never))
    await settle()
    expect(other.state.get().status).toBe('queued')
    upload.pause()
    expect(upload.state.get().status).toBe('paused')
    expect((await other.settled()).how).toBe('uploaded')
    expect(network.calls).toEqual([])
    upload.resume()
    await settle()
    upload.cancel()
    await uploader.settled()
    expect(uploader.store.get().counts).toMatchObject({ canceled: 1, done: 1 })
  })
})

describe('beforeAdd', () => {
  it.each([
    ['false', () => false, { code: 'vetoed' }],
    ['a text', () => 'not on Sundays', { code: 'vetoed', message: 'not on Sundays' }],
    ['a reason', async () => ({ code: 'too-large' as const, limit: 7 }), { code: 'too-large', limit: 7 }],
    ['an error', refuse, { code: 'vetoed', message: 'no, thanks' }],
  ])('keeps a file off the list by %s, and the others come in', async (_, beforeAdd, reason) => {
    const { uploader } = simulation()
    uploader.use({ beforeAdd: (file) => (file.name === 'bad' ? beforeAdd() : undefined) })
    const { added, rejected } = await uploader.add([new MemoryFile('bad', 1), new MemoryFile('good', 1)])
    expect(added.map(({ name }) => name)).toEqual(['good'])
    expect(rejected).toMatchObject([{ name: 'bad', reasons: [reason] }])
  })

  it('lets files in by anything else', async () => {
    const { uploader } = simulation()
    for (const verdict of [true, undefined, null, '']) {
      uploader.use({ beforeAdd: () => verdict as undefined })
    }
    expect((await uploader.add(new MemoryFile('a', 1))).added).toHaveLength(1)
  })
})

describe('beforeFile', () => {
  it('may say that the file is there, the first one that does', async () => {
    const { uploader, network } = simulation()
    const asked: number[] = []
    uploader.use({ beforeFile: () => void asked.push(1) })
    uploader.use({ beforeFile: async () => ({ done: { file: 'x', size: 30 } }) })
    uploader.use({ beforeFile: () => void asked.push(3) })
    expect(await addFile(uploader).settled()).toMatchObject({ how: 'instant', result: { file: 'x' } })
    expect(asked).toEqual([1])
    expect(network.log).toEqual([])
  })

  it('is forgotten when it is taken off', async () => {
    const { uploader } = simulation()
    uploader.use({ beforeFile: refuse })()
    expect((await addFile(uploader).settled()).how).toBe('uploaded')
  })
})

describe('beforeChunk', () => {
  it('adds headers and query fields of all hooks to the request that carries the bytes, and to no other', async () => {
    const { uploader, network } = simulation()
    uploader.use({ beforeChunk: () => ({ headers: { A: '1', B: '1' }, fields: { x: 'ä' } }) })
    uploader.use({ beforeChunk: async (_, { first }) => ({ headers: { B: `${first}` } }) })
    await addFile(uploader).settled()
    for (const { method, url, headers } of network.log) {
      if (method !== 'PUT') expect(headers).toEqual({})
      else
        expect(headers).toEqual({
          A: '1',
          B: `${Number(new URL(url, 'http://x').searchParams.get('offset')) / 10}`,
        })
      expect(url.includes('x=%C3%A4')).toBe(method === 'PUT')
    }
  })

  it('keeps what it adds from a request that carries no credentials', async () => {
    const plain = plainProtocol()
    const { uploader, network } = simulation({
      protocol: {
        ...plain,
        send: (ctx, session, part) =>
          plain.send(
            { ...ctx, request: (given) => ctx.request({ ...given, credentials: 'none' }) },
            session,
            part,
          ),
      },
    })
    uploader.use({
      beforeChunk: () => ({ headers: { Authorization: 'secret' }, fields: { token: 'secret' } }),
    })
    const outcome = await addFile(uploader).settled()
    expect(outcome.how).toBe('uploaded')
    const puts = network.log.filter(({ method }) => method === 'PUT')
    expect(puts.length).toBeGreaterThan(0)
    for (const { url, headers } of puts) {
      expect(headers).toEqual({})
      expect(url).not.toContain('token')
    }
  })

  it('puts fields before the file in a form', async () => {
    const plain = plainProtocol()
    const { uploader, network } = simulation({
      protocol: {
        ...plain,
        async send(ctx, session, { blob, offset, size }) {
          const entries = [
            { name: 'own', value: '1' },
            { name: 'file', blob, filename: 'a' },
          ]
          await ctx.request({ method: 'POST', url: `/${session}/form`, body: { kind: 'form', entries } })
          return { through: offset + size }
        },
        complete: async () => ({ result: { file: 'f', size: 10 } }),
      },
    })
    network.policy = (call) => void call.answer(call.request.url.endsWith('/form') ? {} : undefined)
    uploader.use({ beforeChunk: () => ({ fields: { extra: '2' } }) })
    await addFile(uploader, new MemoryFile('a', 10)).settled()
    const { body } = network.log[1] ?? {}
    if (body?.kind !== 'form') throw new Error('No form was sent')
    expect(body.entries.map(({ name }) => name)).toEqual(['own', 'extra', 'file'])
  })

  it('skips what the server has already', async () => {
    const { uploader, network, server } = simulation()
    const { sessions } = server
    uploader.use({
      beforeChunk: (_, { first }) => {
        if (first !== 1) return undefined
        for (const session of sessions.values()) session.write(10, new Uint8Array(10), undefined)
        return { skip: true }
      },
    })
    uploader.setOptions({ identity: false })
    expect((await addFile(uploader).settled()).how).toBe('uploaded')
    expect(network.log.map(({ url }) => url)).not.toContain('/s0?offset=10')
  })
})

describe('acceptResponse', () => {
  it('sees every good answer, and makes a failure of one that it does not like', async () => {
    const { uploader, server } = simulation()
    const judged: number[] = []
    uploader.use({
      acceptResponse: ({ status, text, header }, { name }) => {
        judged.push(status)
        expect(header('Content-Type')).toBe('application/json')
        expect(name).toBe('one.bin')
        return text.includes('"ok":false') ? 'the gateway says no' : undefined
      },
    })
    server.intercept = ({ method }) => (method === 'PUT' ? { body: { ok: false } } : undefined)
    expect(await addFile(uploader).settled()).toMatchObject({
      how: 'failed',
      error: { code: 'response-refused', message: 'the gateway says no', status: 200, retryable: false },
    })
    expect(judged.length).toBeGreaterThan(1)
  })

  it('refuses by false, and is not asked about bad answers', async () => {
    const { uploader, server, clock } = simulation({ retry: { attempts: 2 } })
    let asked = 0
    uploader.use({ acceptResponse: () => ++asked > 99 })
    server.intercept = () => ({ status: 500 })
    const upload = addFile(uploader)
    await clock.advance(60_000)
    expect(await upload.settled()).toMatchObject({ error: { code: 'server-error' } })
    expect(asked).toBe(0)
    server.intercept = undefined
    upload.retry()
    expect(await upload.settled()).toMatchObject({ error: { code: 'response-refused' } })
  })
})

describe('afterFile', () => {
  it('may run the merge and change the result, one hook after another', async () => {
    const { uploader } = simulation()
    uploader.use({ afterFile: async (_, result) => ({ file: `${result?.file}+1`, size: 0 }) })
    uploader.use({ afterFile: () => undefined })
    uploader.use({ afterFile: (_, result) => ({ file: `${result?.file}+3`, size: 0 }) })
    expect(await addFile(uploader).settled()).toMatchObject({ result: { file: 's0+1+3' } })
  })

  it('is asked again after a retry, and no byte is sent again', async () => {
    const { uploader, network } = simulation()
    let calls = 0
    uploader.use({ afterFile: () => (++calls === 1 ? refuse() : undefined) })
    const upload = addFile(uploader)
    expect(await upload.settled()).toMatchObject({ error: { code: 'hook-failed' } })
    const requests = network.log.length
    upload.retry()
    expect(await upload.settled()).toMatchObject({ how: 'uploaded', result: { file: 's0' } })
    expect(network.log).toHaveLength(requests)
  })
})

describe('options that are functions', () => {
  it('give headers to every request of their upload', async () => {
    const { uploader, network } = simulation({
      headers: async ({ name }) => ({ Authorization: `for ${name}` }),
    })
    await addFile(uploader).settled()
    for (const { headers } of network.log) expect(headers).toMatchObject({ Authorization: 'for one.bin' })
  })

  it('keep their headers from requests that carry no credentials', async () => {
    const plain = plainProtocol()
    const { uploader, network } = simulation({
      headers: { Authorization: 'secret' },
      protocol: {
        ...plain,
        open: (ctx, given) =>
          plain.open({ ...ctx, request: (given) => ctx.request({ ...given, credentials: 'none' }) }, given),
      },
    })
    await addFile(uploader).settled()
    expect(network.log[0]).toMatchObject({ url: '/open', headers: {}, credentials: 'none' })
  })

  it('give metadata once, under what was given to add', async () => {
    let asked = 0
    const { uploader, network } = simulation({ metadata: () => ({ album: '7', by: `${++asked}` }) })
    network.policy = () => {}
    const { added } = await uploader.add(new MemoryFile('a', 30), { metadata: { album: '9' } })
    await settle()
    expect(added[0]?.metadata).toEqual({ album: '9', by: '1' })
    uploader.pause()
    uploader.resume()
    await settle()
    expect(asked).toBe(1)
  })

  it.each([
    ['headers', { headers: refuse }],
    ['headers', { headers: () => Promise.reject(new Error('no, thanks')) }],
    ['metadata', { metadata: refuse }],
  ])('fail the upload where %s cannot be had', async (name, options) => {
    const { uploader } = simulation(options)
    expect(await addFile(uploader).settled()).toMatchObject({
      how: 'failed',
      error: { code: 'option-failed', message: `${name}: no, thanks`, retryable: false },
    })
    uploader.setOptions({ headers: {}, metadata: {} })
    uploader.retry()
    await uploader.settled()
    expect(uploader.store.get().counts.done).toBe(1)
  })

  it.each([['headers'], ['metadata']])('hold no pause up where %s never come', async (name) => {
    const { uploader } = simulation({ [name]: never })
    const upload = addFile(uploader)
    await settle()
    upload.pause()
    expect(upload.state.get().status).toBe('paused')
    uploader.setOptions({ headers: {}, metadata: {} })
    await settle()
    upload.resume()
    expect((await upload.settled()).how).toBe('uploaded')
  })
})
