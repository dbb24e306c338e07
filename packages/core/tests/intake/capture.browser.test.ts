import { afterEach, describe, expect, it } from 'vitest'
import { capture } from '../../src/intake/capture.ts'
import { CapturedFile } from '../../src/intake/captured-file.ts'

async function paths(input: Parameters<typeof capture>[0]): Promise<{ ready: string[]; rest: string[] }> {
  const intake = capture(input)
  const ready = Array.from(intake.ready, ({ path, name }) => path ?? name)
  const rest: string[] = []
  for await (const item of intake.rest) rest.push(item.path ?? item.name)
  return { ready, rest }
}

function transferOf(...files: File[]): DataTransfer {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  return transfer
}

describe('capture in a browser', () => {
  it('takes a real drop, its items and its file list', async () => {
    const transfer = transferOf(new File(['a'], 'a.txt'), new File(['b'], 'b.txt', { type: 'text/plain' }))
    transfer.items.add('some text', 'text/plain')
    for (const input of [transfer, transfer.items, transfer.files]) {
      expect(await paths(input)).toEqual({ ready: ['a.txt', 'b.txt'], rest: [] })
    }
  })

  it('keeps the files of an input that is reset at once', async () => {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true })
    input.files = transferOf(new File(['a'], 'a.txt'), new File(['b'], 'b.txt')).files
    const intake = capture(input.files ?? [])
    input.value = ''
    expect(input.files?.length).toBe(0)
    expect(Array.from(intake.ready, ({ name }) => name)).toEqual(['a.txt', 'b.txt'])
  })

  it('takes files of another window', async () => {
    const frame = document.body.appendChild(document.createElement('iframe'))
    const { File: OtherFile } = frame.contentWindow as Window & typeof globalThis
    const file = new OtherFile(['a'], 'a.txt')
    expect(file instanceof File).toBe(false)
    expect(await paths([file])).toEqual({ ready: ['a.txt'], rest: [] })
    frame.remove()
  })
})

describe('capture of real handles', () => {
  afterEach(async () => {
    const root = await navigator.storage.getDirectory()
    await root.removeEntry('trip', { recursive: true })
  })

  it('walks a folder of the private file system', async () => {
    const root = await navigator.storage.getDirectory()
    const trip = await root.getDirectoryHandle('trip', { create: true })
    const day = await trip.getDirectoryHandle('day 1', { create: true })
    for (const [folder, name] of [
      [trip, 'map.txt'],
      [trip, '.DS_Store'],
      [day, 'a.txt'],
    ] as const) {
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable()
      await writable.write(`content of ${name}`)
      await writable.close()
    }
    expect((await paths(trip)).rest).toEqual(['trip/map.txt', 'trip/day 1/a.txt'])
    expect((await paths([await trip.getFileHandle('map.txt')])).rest).toEqual(['map.txt'])

    const found: string[] = []
    for await (const item of capture(day).rest) {
      if (item instanceof CapturedFile) found.push(await item.file.text())
    }
    expect(found).toEqual(['content of a.txt'])
  })
})
