import { describe, expect, it } from 'vitest'
import { createUploadServer, diskStorage, type UploadServer, type UploadServerOptions } from '../src/index.ts'
import { digestHeader, identityOf, someBytes } from './support/bytes.ts'
import {
  type DiskCall,
  ForgetfulDisk,
  failure,
  survivesAll,
  survivesNothing,
} from './support/forgetful-disk.ts'
import { readProblem, sendTo, UploadClient } from './support/upload-client.ts'

const CHUNK = 64
const DIR = '/store'
const file = someBytes(3 * CHUNK)
const other = someBytes(3 * CHUNK, 2)
const chunk = (index: number): Uint8Array<ArrayBuffer> => file.slice(index * CHUNK, (index + 1) * CHUNK)

async function start(
  disk = new ForgetfulDisk(),
  options: Partial<UploadServerOptions> = {},
): Promise<{ disk: ForgetfulDisk; server: UploadServer; client: UploadClient; errors: unknown[] }> {
  const errors: unknown[] = []
  const server = createUploadServer({
    storage: diskStorage(DIR, { fs: disk }),
    onError: (error) => errors.push(error),
    ...options,
  })
  await server.ready()
  return { disk, server, client: new UploadClient(sendTo(server)), errors }
}

/** Fails the calls of this kind on paths with this in them. */
function failing(code: string, call: DiskCall, part: string): ForgetfulDisk['fail'] {
  return (made, path) => (made === call && path.includes(part) ? failure(code, path) : undefined)
}

const sound: ForgetfulDisk['fail'] = () => undefined

describe('a full disk', () => {
  it.each([
    ['ENOSPC', 'pwrite', 'data'],
    ['EDQUOT', 'pwrite', 'data'],
    ['ENOSPC', 'fdatasync', 'data'],
    ['ENOSPC', 'pwrite', 'journal'],
    ['ENOSPC', 'fdatasync', 'journal'],
  ] as const)(
    'is 507 when %s comes from %s of %s, and the upload goes on when there is room',
    async (code, call, part) => {
      const { disk, client, errors } = await start()
      const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
      await client.sent(id, 0, chunk(0))
      disk.fail = failing(code, call, part)
      await readProblem(await client.patch(id, CHUNK, chunk(1)), 507, 'storage-full')
      disk.fail = sound
      expect(await client.status(id)).toMatchObject({ landed: [[0, 1]], partial: [] })
      await client.sent(id, CHUNK, file.slice(CHUNK))
      await client.completed(id, identityOf(file, CHUNK))
      expect(await client.bytes(id)).toEqual(file)
      expect(errors).toEqual([])
    },
  )

  it.each(['mkdir', 'create', 'pwrite', 'fdatasync', 'syncDir'] as const)(
    'refuses a new upload and leaves nothing of it when %s fails',
    async (call) => {
      const { disk, client } = await start()
      disk.fail = failing('ENOSPC', call, '/open')
      await readProblem(await client.create({ name: 'a', size: 1, chunkSizeBytes: 1 }), 507, 'storage-full')
      disk.fail = sound
      expect(disk.list(DIR)).toEqual([`${DIR}/files/`, `${DIR}/open/`, `${DIR}/trash/`])
    },
  )

  it.each(['mkdir', 'create', 'pwrite', 'fdatasync', 'syncDir', 'rename'] as const)(
    'refuses a small file and leaves nothing of it when %s fails',
    async (call) => {
      const { disk, client } = await start()
      disk.fail = failing('ENOSPC', call, '/open')
      await readProblem(await client.createWhole(chunk(0)), 507, 'storage-full')
      disk.fail = sound
      expect(disk.list(DIR)).toEqual([`${DIR}/files/`, `${DIR}/open/`, `${DIR}/trash/`])
    },
  )

  it.each([
    ['create', 'record'],
    ['pwrite', 'record'],
    ['fdatasync', 'record'],
    ['syncDir', '/open/'],
    ['rename', '/open/'],
    ['syncDir', '/files'],
  ] as const)('leaves an upload open when it cannot be published for %s of %s', async (call, part) => {
    const { disk, client } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    disk.fail = failing('ENOSPC', call, part)
    await readProblem(await client.complete(id), 507, 'storage-full')
    disk.fail = sound
    expect(await client.status(id)).toMatchObject({ status: 'open', landed: [[0, 3]] })
    await client.completed(id, identityOf(file, CHUNK))
    expect(await client.bytes(id)).toEqual(file)
  })
})

describe('a disk that fails', () => {
  it('is 500 to the client and reported to the application', async () => {
    const { disk, client, errors } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    disk.fail = failing('EIO', 'pwrite', 'data')
    await readProblem(await client.patch(id, 0, chunk(0)), 500, 'internal')
    expect(errors).toHaveLength(1)
  })

  it('makes every prefix that was not synced be sent again', async () => {
    const { disk, client } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file.slice(0, 10))
    disk.fail = failing('EIO', 'fdatasync', 'data')
    await readProblem(await client.patch(id, CHUNK, chunk(1)), 500, 'internal')
    disk.fail = sound
    expect((await client.status(id)).partial).toEqual([])
  })

  it('does not make a chunk land after a restart that was refused before it', async () => {
    const { disk, client } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    disk.fail = failing('EIO', 'fdatasync', 'journal')
    await readProblem(await client.patch(id, 0, other.slice(0, CHUNK)), 500, 'internal')
    // As long as the line cannot be taken back, nothing may be written over what it claims.
    disk.fail = failing('EIO', 'truncate', 'journal')
    await readProblem(await client.patch(id, 0, file.slice(0, 10)), 500, 'internal')
    disk.fail = sound
    await client.sent(id, 0, file.slice(0, 10))
    const rest = await start(disk.afterCrash(survivesAll))
    expect(await rest.client.status(id)).toMatchObject({ landed: [], sha256: [] })
  })

  it('does not publish by a record that was left behind, when a chunk has been replaced since', async () => {
    const { disk, client } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, other)
    let hasFailed = false
    disk.fail = (call, path) => {
      const isRename = call === 'rename' && path.includes('/open/')
      hasFailed ||= isRename
      return isRename || (hasFailed && call === 'unlink') ? failure('EIO', path) : undefined
    }
    await readProblem(await client.complete(id), 500, 'internal')
    disk.fail = sound
    expect(disk.peek(`${DIR}/open/${id}/record.json`)).toBeDefined()
    const headers = { 'Lading-Replaces': digestHeader(other.slice(0, CHUNK)) }
    await client.sent(id, 0, chunk(0), headers)
    const { client: later } = await start(disk.afterCrash(survivesAll))
    const expected = file.slice()
    expected.set(other.slice(CHUNK), CHUNK)
    expect(await later.status(id)).toMatchObject({ status: 'open', landed: [[0, 3]] })
    await later.completed(id, identityOf(expected, CHUNK))
    expect(await later.bytes(id)).toEqual(expected)
  })

  it('keeps a landed chunk that was to be replaced when that cannot be noted', async () => {
    const { disk, client } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    disk.fail = failing('ENOSPC', 'pwrite', 'journal')
    const headers = { 'Lading-Replaces': digestHeader(chunk(0)) }
    await readProblem(await client.patch(id, 0, other.slice(0, CHUNK), headers), 507, 'storage-full')
    disk.fail = sound
    await client.completed(id, identityOf(file, CHUNK))
    expect(await client.bytes(id)).toEqual(file)
  })

  it('answers 503 while the storage cannot be started, and starts it when it can be', async () => {
    const disk = new ForgetfulDisk()
    disk.fail = failing('EIO', 'syncDir', DIR)
    const errors: unknown[] = []
    const server = createUploadServer({
      storage: diskStorage(DIR, { fs: disk }),
      onError: (error) => errors.push(error),
    })
    const client = new UploadClient(sendTo(server))
    const response = await client.create({ name: 'a', size: 1, chunkSizeBytes: 1 })
    expect(response.headers.get('retry-after')).toBe('2')
    await readProblem(response, 503, 'unavailable')
    expect(errors).toHaveLength(1)
    disk.fail = sound
    await client.created({ name: 'a', size: 1, chunkSizeBytes: 1 })
  })

  it('tells of a file that a crash kept it from telling of', async () => {
    const { disk, client } = await start()
    const { id } = await client.created({ size: file.byteLength, chunkSizeBytes: CHUNK })
    await client.sent(id, 0, file)
    // In the rename: the record is durable by then.
    disk.cutAt = disk.calls + 5
    await Promise.race([client.complete(id), disk.cut])
    const told: string[] = []
    const { client: later } = await start(disk.afterCrash(survivesNothing), {
      onComplete: ({ result }) => void told.push(result.id),
    })
    expect((await later.status(id)).status).toBe('completed')
    expect(told).toEqual([id])
  })
})
