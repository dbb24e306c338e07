import { describe, expect, it } from 'vitest'
import type { AddInput } from '../../src/api/uploader.ts'
import { capture } from '../../src/intake/capture.ts'
import { CapturedFile } from '../../src/intake/captured-file.ts'
import type { Captured } from '../../src/intake/walk.ts'
import { directoryEntry, directoryHandle, drop, entryItem, fileEntry, fileHandle } from './fakes.ts'

const label = (item: Captured): string =>
  item instanceof CapturedFile
    ? (item.path ?? item.name)
    : `${item.path ?? item.name}: ${item.reasons.map(({ code }) => code)}`

async function labels(input: AddInput): Promise<{ ready: string[]; rest: string[] }> {
  const intake = capture(input)
  const ready = Array.from(intake.ready, label)
  const rest: string[] = []
  for await (const item of intake.rest) rest.push(label(item))
  return { ready, rest }
}

const file = (name: string, content = name, init: FilePropertyBag = { type: 'text/plain' }): File =>
  new File([content], name, init)

/** A `FileList`, as far as it can be told from an array. */
const fileList = (...files: Blob[]): FileList =>
  ({ ...files, length: files.length, item: (index: number) => files[index] ?? null }) as never

const inFolder = (path: string, type = 'text/plain'): File =>
  Object.defineProperty(file(path.slice(path.lastIndexOf('/') + 1), path, { type }), 'webkitRelativePath', {
    value: path,
  })

describe('capture', () => {
  it('has what needs no opening in hand at once', async () => {
    const a = file('a')
    for (const input of [
      a,
      { file: a },
      [a],
      new Set([a]),
      [a].values(),
      fileList(a),
      capture.length && [a],
    ]) {
      expect(await labels(input as AddInput)).toEqual({ ready: ['a'], rest: [] })
    }
    expect(await labels([])).toEqual({ ready: [], rest: [] })
  })

  it('names a file by what it is given with, else by itself, else blob', () => {
    const given = [
      file('a'),
      new Blob(['b']),
      { file: new Blob(), name: 'c' },
      { file: file('x'), name: 'd', path: 'in/d' },
    ]
    const [a, b, c, d] = capture(given).ready
    expect([a?.name, b?.name, c?.name, d?.name]).toEqual(['a', 'blob', 'c', 'd'])
    expect([a?.path, b?.path, c?.path, d?.path]).toEqual([undefined, undefined, undefined, 'in/d'])
  })

  it('copies a list before anything can empty it', () => {
    const live = [file('a'), file('b')]
    const intake = capture(live)
    live.length = 0
    expect(Array.from(intake.ready, label)).toEqual(['a', 'b'])
  })

  it('keeps the path of a file from a folder picker', async () => {
    const { ready } = await labels(fileList(inFolder('trip/day 1/a.jpg'), file('b')))
    expect(ready).toEqual(['trip/day 1/a.jpg', 'b'])
  })

  it('leaves hidden files out of folders, and takes them when they were picked by themselves', async () => {
    const hidden = ['.DS_Store', 'a/Thumbs.db', 'desktop.ini', '.git/config', '._a.jpg'].map((name) =>
      inFolder(`trip/${name}`),
    )
    expect(await labels([...hidden, inFolder('.config/a'), inFolder('trip/Thumbs.db.txt')])).toEqual({
      ready: ['.config/a', 'trip/Thumbs.db.txt'],
      rest: [],
    })
    expect(await labels([file('.env'), file('Thumbs.db')])).toEqual({
      ready: ['.env', 'Thumbs.db'],
      rest: [],
    })
  })

  it('reads size and time of a file when asked, and once', () => {
    const reads: string[] = []
    const counting = (target: File): File =>
      new Proxy(target, {
        get(file, key) {
          if (key === 'size' || key === 'lastModified') reads.push(key)
          const value: unknown = Reflect.get(file, key, file)
          return typeof value === 'function' ? value.bind(file) : value
        },
      })
    const [captured] = [...capture(fileList(counting(file('a')), counting(inFolder('b/c', '')))).ready]
    expect(reads).toEqual([])
    expect([captured?.size, captured?.size, captured?.type]).toEqual([1, 1, 'text/plain'])
    expect(captured?.lastModified).toBe(captured?.lastModified)
    expect(reads).toEqual(['size', 'lastModified'])
  })
})

describe('capture of what is no file', () => {
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['a.txt', 'a.txt'],
    [5, '5'],
    [{}, 'Object'],
    [new Event('change'), 'Event'],
    [() => [], 'anonymous'],
    [{ file: 'a.txt' }, 'Object'],
    [{ file: new Blob(), name: 5 }, 'Object'],
    [{ kind: 'file', name: 'a' }, 'Object'],
  ])('throws at once for %s', (input, shown) => {
    expect(() => capture(input as never)).toThrow(TypeError)
    expect(() => capture(input as never)).toThrow(
      `Expected \`input\` to be a file, or a list of files, got \`${shown}`,
    )
  })

  it('names the member of a list that is none', () => {
    expect(() => capture([file('a'), 'b'] as never)).toThrow(
      'Expected `input[1]` to be a file, got `b` (string)',
    )
    expect(() => capture([[file('a')]] as never)).toThrow('`input[0]`')
    expect(() => capture([undefined] as never)).toThrow('`input[0]`')
    expect(() => capture(new Uint8Array(4) as never)).toThrow('`input[0]`')
  })
})

describe('capture of a drop', () => {
  it('survives the end of its event', async () => {
    const folder = directoryEntry('trip', [fileEntry('a.jpg')])
    const { transfer, end } = drop([entryItem(fileEntry('b'), file('b')), entryItem(folder)])
    const intake = capture(transfer)
    end()
    expect(Array.from(intake.ready, label)).toEqual(['b'])
    const rest: string[] = []
    for await (const item of intake.rest) rest.push(label(item))
    expect(rest).toEqual(['trip/a.jpg'])
  })

  it('takes items given as they are', async () => {
    const { transfer } = drop([entryItem(fileEntry('b'), file('b'))])
    expect(await labels(transfer.items)).toEqual({ ready: ['b'], rest: [] })
  })

  it('ignores text, and takes a pasted picture that has no entry', async () => {
    const { transfer } = drop([
      { kind: 'string', getAsFile: () => null },
      { kind: 'file', getAsFile: () => file('image.png'), webkitGetAsEntry: () => null },
      { kind: 'file', getAsFile: () => null, webkitGetAsEntry: () => null },
    ])
    expect(await labels(transfer)).toEqual({ ready: ['image.png'], rest: [] })
  })

  it('opens a file entry that has no file in hand', async () => {
    expect(await labels(drop([entryItem(fileEntry('a'))]).transfer)).toEqual({ ready: [], rest: ['a'] })
  })

  it('takes its files where it has no items', async () => {
    expect(await labels({ files: fileList(file('a')), types: ['Files'] } as never)).toEqual({
      ready: ['a'],
      rest: [],
    })
  })

  it('walks folders to the bottom, a folder’s own files first, with paths', async () => {
    const folder = directoryEntry('trip', [
      directoryEntry('day 1', [directoryEntry('raw', [fileEntry('a.raw')]), fileEntry('a.jpg')]),
      fileEntry('map.pdf'),
      directoryEntry('day 2', [fileEntry('b.jpg')]),
      directoryEntry('empty', []),
    ])
    expect((await labels(drop([entryItem(folder)]).transfer)).rest).toEqual([
      'trip/map.pdf',
      'trip/day 1/a.jpg',
      'trip/day 1/raw/a.raw',
      'trip/day 2/b.jpg',
    ])
  })

  it('asks a directory again until nothing comes', async () => {
    const many = Array.from({ length: 250 }, (_, index) => fileEntry(`${index}`))
    const { rest } = await labels(drop([entryItem(directoryEntry('many', many))]).transfer)
    expect(rest).toEqual(many.map(({ name }) => `many/${name}`))
  })

  it('leaves hidden files and folders out', async () => {
    const folder = directoryEntry('.trip', [
      fileEntry('.DS_Store'),
      fileEntry('Thumbs.db'),
      directoryEntry('.git', [fileEntry('config')]),
      fileEntry('a.jpg'),
    ])
    expect((await labels(drop([entryItem(folder)]).transfer)).rest).toEqual(['.trip/a.jpg'])
  })

  it('goes on past what cannot be read', async () => {
    const folder = directoryEntry('trip', [
      fileEntry('broken', '', true),
      directoryEntry('half', [fileEntry('a'), fileEntry('b')], { batch: 1, failsAfter: 1 }),
      directoryEntry('locked', [fileEntry('c')], { failsAfter: 0 }),
      fileEntry('fine'),
    ])
    expect((await labels(drop([entryItem(folder)]).transfer)).rest).toEqual([
      'trip/broken: unreadable',
      'trip/fine',
      'trip/half/a',
      'trip/half: unreadable',
      'trip/locked: unreadable',
    ])
  })

  it('is not bothered by depth', async () => {
    let folder = directoryEntry('deep', [fileEntry('bottom')])
    for (let depth = 0; depth < 2000; depth++) folder = directoryEntry('d', [folder])
    const { rest } = await labels(drop([entryItem(folder)]).transfer)
    expect(rest).toEqual([`${'d/'.repeat(2000)}deep/bottom`])
  })
})

describe('capture of handles', () => {
  it('opens files and folders, and goes on past broken ones', async () => {
    const folder = directoryHandle('trip', [
      fileHandle('a'),
      fileHandle('.DS_Store'),
      fileHandle('broken', '', true),
      directoryHandle('half', [fileHandle('b')], true),
    ])
    expect(await labels(folder)).toEqual({
      ready: [],
      rest: ['trip/a', 'trip/broken: unreadable', 'trip/half/b', 'trip/half: unreadable'],
    })
    expect(await labels([fileHandle('a'), fileHandle('b', '', true), file('c')])).toEqual({
      ready: ['c'],
      rest: ['a', 'b: unreadable'],
    })
  })

  it('opens more than one batch, and has no name for the root of a private file system', async () => {
    const many = Array.from({ length: 250 }, (_, index) => fileHandle(`${index}`))
    expect((await labels(directoryHandle('', many))).rest).toEqual(many.map(({ name }) => name))
  })
})

describe('capture of an asynchronous list', () => {
  async function* list(...members: unknown[]): AsyncGenerator<never> {
    for (const member of members) yield member as never
  }

  it('takes files and handles as they come', async () => {
    expect(
      await labels(list(file('a'), directoryHandle('d', [fileHandle('b')]), { file: file('c') })),
    ).toEqual({
      ready: [],
      rest: ['a', 'd/b', 'c'],
    })
  })

  it('throws for a member that is no file, and what the list itself throws', async () => {
    await expect(labels(list(file('a'), 7))).rejects.toThrow(
      'Expected `input[1]` to be a file, got `7` (number)',
    )
    async function* broken(): AsyncGenerator<File> {
      yield file('a')
      throw new Error('broken')
    }
    await expect(labels(broken())).rejects.toThrow('broken')
  })
})

describe('capture of a folder that looks like a file', () => {
  const folder = (size: number): File => {
    const bare = file('trip', 'x'.repeat(size), { type: '' })
    const unreadable = (): Promise<ArrayBuffer> => Promise.reject(new Error('NotFound'))
    return Object.assign(bare, {
      arrayBuffer: unreadable,
      slice: () => Object.assign(new Blob(), { arrayBuffer: unreadable }),
    })
  }

  it('tells it by trying to read it', async () => {
    for (const size of [0, 96, 4096]) {
      expect(await labels(fileList(folder(size), file('b')))).toEqual({
        ready: ['b'],
        rest: ['trip: folder'],
      })
    }
  })

  it('takes real files that look like one', async () => {
    const untyped = (size: number): File => file(`${size}`, 'x'.repeat(size), { type: '' })
    expect(await labels(fileList(untyped(0), untyped(4096), untyped(5)))).toEqual({
      ready: ['5'],
      rest: ['0', '4096'],
    })
  })

  it('looks for it in drops whose items tell no entries, and nowhere else', async () => {
    const items = [{ kind: 'file', getAsFile: () => folder(0) }]
    expect((await labels(drop(items).transfer)).rest).toEqual(['trip: folder'])
    expect((await labels([folder(0)])).ready).toEqual(['trip'])
  })
})
