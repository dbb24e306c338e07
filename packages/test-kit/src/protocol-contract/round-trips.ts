import type { ChangeableOptions, Json } from '@lading/core'
import { expect } from 'vitest'
import { noiseFile } from './noise-file.ts'
import type { ProtocolBehaviours } from './protocol-behaviours.ts'
import { inScene, type ProtocolScene } from './protocol-scene.ts'
import type { ProtocolSubject } from './protocol-subject.ts'

/** Files on an undisturbed line. */
export function roundTrips<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): ProtocolBehaviours {
  const { credentials, chunkSizeBytes = 65_536 } = subject
  const brings = (file: File) => () => bringsBack(subject, file)
  return {
    'a file': {
      'of one byte arrives as it was': brings(noiseFile('one.bin', 1)),
      'that is empty arrives as it was': brings(noiseFile('empty.bin', 0)),
      'of exactly one chunk arrives as it was': brings(noiseFile('chunk.bin', chunkSizeBytes)),
      'of exactly two chunks arrives as it was': brings(noiseFile('two.bin', 2 * chunkSizeBytes)),
      'of many chunks arrives as it was': brings(noiseFile('many.bin', 6 * chunkSizeBytes + 123)),
      'whose name is not ASCII arrives as it was': brings(noiseFile('Größe, 你好; 😀.bin', 1000)),
      'arrives as it was where one request is made at a time': () =>
        bringsBack(subject, noiseFile('alone.bin', 3 * chunkSizeBytes + 1), oneByOne),
    },
    'several files': {
      'arrive as they were, whatever their sizes': () =>
        arriveTogether(
          subject,
          [0, 1, 5000, 2 * chunkSizeBytes, 2 * chunkSizeBytes + 1].map((size, index) =>
            noiseFile(`${index}.bin`, size, index + 1),
          ),
        ),
      'of one name, size and type in one call stay two files': () =>
        arriveTogether(
          subject,
          [1, 2].map((seed) => noiseFile('image.png', 2 * chunkSizeBytes + 77, seed)),
        ),
    },
    'the requests': {
      [credentials === 'app' ? "carry the app's headers, each of them" : "never carry the app's headers"]:
        () => carriesHeaders(subject),
    },
  }
}

const oneByOne = { concurrency: { requests: 1, files: 1 } }
const appHeaders = { Authorization: 'Bearer secret', 'X-App': 'yes' }

async function bringsBack<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  file: File,
  options: ChangeableOptions<Result> = {},
): Promise<void> {
  const isAsItWas = async ({ upload, expectStored, server }: ProtocolScene<Result>): Promise<void> => {
    await expectStored(await upload(file), file)
    expect(await server.holdings()).toEqual({ finished: 1, unfinished: 0 })
  }
  await inScene(subject, isAsItWas, options)
}

async function arriveTogether<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  files: readonly File[],
): Promise<void> {
  await inScene(subject, async ({ uploader, expectStored, server }) => {
    const { settled } = await uploader.add(files)
    const outcomes = await settled
    expect(outcomes.map(({ how }) => how)).toEqual(files.map(() => 'uploaded'))
    for (const [index, file] of files.entries()) await expectStored(outcomes[index], file)
    expect(await server.holdings()).toEqual({ finished: files.length, unfinished: 0 })
  })
}

async function carriesHeaders<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): Promise<void> {
  const { credentials, chunkSizeBytes = 65_536 } = subject
  const isCarried = async ({ upload, expectStored, proxy }: ProtocolScene<Result>): Promise<void> => {
    const file = noiseFile('private.bin', 2 * chunkSizeBytes + 1)
    await expectStored(await upload(file), file)
    expect(proxy.seen.length).toBeGreaterThan(0)
    for (const { method, path, headers } of proxy.seen) {
      const { authorization, 'x-app': own } = headers
      const given = { authorization: appHeaders.Authorization, own: appHeaders['X-App'] }
      const expected = credentials === 'app' ? given : { authorization: undefined, own: undefined }
      expect({ method, path, authorization, own }).toEqual({ method, path, ...expected })
    }
  }
  await inScene(subject, isCarried, { headers: appHeaders })
}
