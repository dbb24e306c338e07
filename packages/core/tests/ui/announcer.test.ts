import { type ControlledProtocol, controlledProtocol } from '@lading/test-kit'
import { describe, expect, it, vi } from 'vitest'
import { createUploader, type Uploader } from '../../src/index.ts'
import { type AnnouncerOptions, createAnnouncer } from '../../src/ui/announcer.ts'
import { manualClock } from './manual-clock.ts'

const file = (name: string, chunks: number): File => new File(['x'.repeat(chunks * 10)], name)

interface Scene {
  readonly protocol: ControlledProtocol
  readonly uploader: Uploader
  /** Lands so many chunks, with time to listen after each. */
  land(name: string, chunks: number): Promise<void>
  /** Waits for a text, with time to listen after it. */
  hears(text: string): Promise<void>
  readonly heard: string[]
  readonly dispose: () => void
}

function setUp(options: AnnouncerOptions = {}): Scene {
  const protocol = controlledProtocol()
  const uploader = createUploader({
    protocol,
    integrity: false,
    concurrency: { requests: 1 },
    restrictions: { maxFileSizeBytes: 1000 },
  }) as Uploader
  const clock = manualClock()
  const { text, dispose } = createAnnouncer(uploader, { clock, ...options })
  const heard: string[] = []
  text.subscribe((said) => heard.push(said))
  return {
    protocol,
    uploader,
    heard,
    dispose,
    async land(name, chunks) {
      for (let chunk = 0; chunk < chunks; chunk++) {
        await vi.waitUntil(() => protocol.waiting(name) > 0)
        const { landedBytes } = uploader.store.get().totals
        protocol.land(name)
        await vi.waitUntil(() => uploader.store.get().totals.landedBytes > landedBytes)
        await new Promise((resolve) => setTimeout(resolve, 30))
        clock.advance(1000)
      }
    },
    async hears(text) {
      await vi.waitUntil(() => {
        clock.advance(1000)
        return heard.at(-1) === text
      })
    },
  }
}

describe('announcer', () => {
  it('says the start, each quarter and the end', async () => {
    const { uploader, land, hears, heard } = setUp()
    await uploader.add([file('a', 8)])
    await land('a', 8)
    await hears('1 file uploaded')
    expect(heard).toEqual([
      'Uploading 1 file',
      '25 percent uploaded',
      '50 percent uploaded',
      '75 percent uploaded',
      '1 file uploaded',
    ])
  })

  it('counts what is added later from where that begins', async () => {
    const { uploader, land, hears, heard } = setUp()
    await uploader.add([file('a', 1), file('b', 1)])
    await land('a', 1)
    await land('b', 1)
    await hears('2 files uploaded')
    heard.length = 0
    await uploader.add([file('c', 2)])
    await land('c', 2)
    await hears('1 file uploaded')
    expect(heard).toEqual(['Uploading 1 file', '50 percent uploaded', '1 file uploaded'])
  })

  it('names a file that failed, and counts it at the end', async () => {
    const { protocol, uploader, land, hears } = setUp()
    await uploader.add([file('a', 1), file('b', 1)])
    await vi.waitUntil(() => protocol.waiting('a') > 0)
    protocol.fail('a')
    await hears('a could not be uploaded')
    await land('b', 1)
    await hears('1 file uploaded, 1 failed')
  })

  it('says what was not taken, and nothing of uploads that were called off', async () => {
    const { uploader, hears, heard } = setUp()
    await uploader.add([file('a', 200), file('b', 200)])
    await hears('2 files not accepted')
    await uploader.add([file('c', 1)])
    await hears('Uploading 1 file')
    uploader.cancel()
    await uploader.settled()
    expect(heard).toEqual(['2 files not accepted', 'Uploading 1 file'])
  })

  it('speaks other languages, in part or in whole', async () => {
    const { uploader, land, hears, heard } = setUp({ texts: { started: (files) => `${files} Dateien` } })
    await uploader.add([file('a', 1)])
    await land('a', 1)
    await hears('1 file uploaded')
    expect(heard).toEqual(['1 Dateien', '1 file uploaded'])
  })

  it('is silent once disposed of', async () => {
    const { uploader, land, heard, dispose } = setUp()
    dispose()
    await uploader.add([file('a', 1)])
    await land('a', 1)
    await uploader.settled()
    expect(heard).toEqual([])
  })
})
