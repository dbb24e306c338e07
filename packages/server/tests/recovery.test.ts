import { appendFile, mkdir, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { identityOf, sha256Hex, someBytes } from './support/bytes.ts'
import { EMPTY_STORAGE, listFolder, startServer } from './support/server-fixture.ts'
import { readProblem } from './support/upload-client.ts'

const CHUNK = 100
const file = someBytes(300)

/** A folder with an open upload of which the first two chunks have landed, and no server. */
async function left(): Promise<{ dir: string; id: string; path: (name: string) => string }> {
  const { client, server, dir } = await startServer()
  const { id } = await client.created({ size: 300, chunkSizeBytes: CHUNK })
  await client.sent(id, 0, file.slice(0, 100))
  await client.sent(id, 100, file.slice(100, 200))
  await server.close()
  return { dir, id, path: (name) => join(dir, 'open', id, name) }
}

const firstTwo = [sha256Hex(file.slice(0, 100)), sha256Hex(file.slice(100, 200))]

describe('a journal', () => {
  it.each([
    ['half a line', 'deadbeef {"do":"land","ind'],
    ['a line of another checksum', `00000000 {"do":"land","index":2,"sha256":"${'0'.repeat(64)}","at":1}\n`],
    ['zeros', '\0'.repeat(500)],
    ['an empty line', '\n'],
  ])('that ends with %s is believed up to there, and goes on from there', async (_what, tail) => {
    const { dir, id, path } = await left()
    await appendFile(path('journal'), tail)
    const first = await startServer({ dir })
    expect(await first.client.status(id)).toMatchObject({ landed: [[0, 2]], sha256: firstTwo })
    await first.client.sent(id, 200, file.slice(200))
    await first.server.close()
    const { client } = await startServer({ dir })
    expect((await client.status(id)).landed).toEqual([[0, 3]])
    await client.completed(id, identityOf(file, CHUNK))
    expect(await client.bytes(id)).toEqual(file)
  })

  it('is not believed from a flipped bit on', async () => {
    const { dir, id, path } = await left()
    const journal = await readFile(path('journal'))
    const third = journal.lastIndexOf('land')
    journal[third] = (journal[third] ?? 0) ^ 1
    await writeFile(path('journal'), journal)
    const { client } = await startServer({ dir })
    expect(await client.status(id)).toMatchObject({ landed: [[0, 1]], sha256: firstTwo.slice(0, 1) })
  })

  it('is not believed later about what came after a flipped bit, when the line before is written anew', async () => {
    const { dir, id, path } = await left()
    const journal = await readFile(path('journal'))
    const second = journal.indexOf('land')
    journal[second] = (journal[second] ?? 0) ^ 1
    await writeFile(path('journal'), journal)
    const { client, server } = await startServer({ dir })
    expect((await client.status(id)).landed).toEqual([])
    await client.sent(id, 0, file.slice(0, 100))
    await client.sent(id, 100, someBytes(50, 9))
    await server.close()
    const { client: later } = await startServer({ dir })
    expect(await later.status(id)).toMatchObject({ landed: [[0, 1]], sha256: firstTwo.slice(0, 1) })
  })

  it('is not believed about bytes that are not there', async () => {
    const { dir, id, path } = await left()
    await truncate(path('data'), 150)
    const { client } = await startServer({ dir })
    expect((await client.status(id)).landed).toEqual([[0, 1]])
  })

  it('whose first line is torn is that of an upload nobody was told of', async () => {
    const { dir, id, path } = await left()
    await truncate(path('journal'), 40)
    const { client } = await startServer({ dir })
    await readProblem(await client.get(id), 404, 'upload-not-found')
    expect(await listFolder(dir)).toEqual(EMPTY_STORAGE)
  })

  it('is not longer than what it says', async () => {
    const { path } = await left()
    expect((await stat(path('journal'))).size).toBeLessThan(1000)
  })
})

describe('a folder', () => {
  it('of another upload under this one’s name is not believed', async () => {
    const { dir, id } = await left()
    const other = '0'.repeat(33)
    await rename(join(dir, 'open', id), join(dir, 'open', other))
    const { client } = await startServer({ dir })
    await readProblem(await client.get(other), 404, 'upload-not-found')
  })

  it('keeps what is not ours, and loses what was on its way out', async () => {
    const { dir } = await left()
    await mkdir(join(dir, 'open', 'notes'))
    await writeFile(join(dir, 'files', '.DS_Store'), '')
    await writeFile(join(dir, 'README'), '')
    await mkdir(join(dir, 'trash', '0'.repeat(33)))
    await writeFile(join(dir, 'trash', '0'.repeat(33), 'data'), 'x')
    const { server } = await startServer({ dir })
    await server.close()
    const names = await listFolder(dir)
    expect(names).toEqual(expect.arrayContaining(['open/notes', 'files/.DS_Store', 'README']))
    expect(names.filter((name) => name.startsWith('trash/'))).toEqual([])
  })

  it('may be reached by a path with spaces, and need not be there', async () => {
    const { dir } = await left()
    const { client } = await startServer({ dir: join(dir, 'a new', 'folder here') })
    expect(await client.bytes((await client.published(file)).id)).toEqual(file)
  })
})
