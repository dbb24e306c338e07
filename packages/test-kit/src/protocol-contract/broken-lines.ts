import type { Json } from '@lading/core'
import { expect } from 'vitest'
import { noiseFile } from './noise-file.ts'
import type { ProtocolBehaviours } from './protocol-behaviours.ts'
import { inScene, type ProtocolScene } from './protocol-scene.ts'
import type { ProtocolSubject } from './protocol-subject.ts'
import { expectSentOnce } from './sent-once.ts'

/** A line that breaks: on the way there, on the way back, or for a while. */
export function brokenLines<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): ProtocolBehaviours {
  const { chunkSizeBytes = 65_536, canResume, goesOnInsideChunks } = subject
  const size = 3 * chunkSizeBytes + 7
  const positions = [
    ...[0, 1, chunkSizeBytes - 1, chunkSizeBytes, chunkSizeBytes + 1],
    ...[Math.floor(size / 2), size - 1, size],
  ]
  const goesOn = canResume ? 'sends nothing again that was acknowledged' : 'sends the file again whole'
  return {
    'a line that breaks': {
      ...Object.fromEntries(
        positions.map((position) => [
          `after ${position} bytes of ${size} ${goesOn}`,
          () => survivesCut(subject, size, position),
        ]),
      ),
      'in the middle of a small file still brings it across': () => survivesCut(subject, 1000, 500),
      [goesOnInsideChunks
        ? 'before each chunk is through still brings it across, bit by bit'
        : 'before each chunk is through fails it with a typed error']: () => neverLasts(subject, size),
      'for a while is waited for': () => waitsForTheLine(subject, size),
    },
    'a lost answer': {
      'to any one request changes nothing of the file': () => losesEachAnswer(subject, size),
      'to any one request changes nothing of a small file': () => losesEachAnswer(subject, 1000),
    },
  }
}

async function survivesCut<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  size: number,
  position: number,
): Promise<void> {
  await inScene(subject, async (scene) => {
    const file = noiseFile('cut.bin', size)
    scene.proxy.cutAfter(position)
    await scene.expectStored(await scene.upload(file), file)
    expect(scene.proxy.strikes).toBe(1)
    expectSentOnce(subject, scene, size)
  })
}

async function neverLasts<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  size: number,
): Promise<void> {
  const { goesOnInsideChunks, chunkSizeBytes = 65_536 } = subject
  const isBrought = async ({ proxy, upload, expectStored, server }: ProtocolScene<Result>): Promise<void> => {
    const file = noiseFile('bitwise.bin', size)
    proxy.cutEvery(Math.floor(chunkSizeBytes / 3))
    const outcome = await upload(file)
    expect(proxy.strikes).toBeGreaterThan(2)
    if (goesOnInsideChunks) await expectStored(outcome, file)
    else {
      expect(outcome).toMatchObject({ how: 'failed', error: { code: 'network' } })
      expect(await server.holdings()).toMatchObject({ finished: 0 })
    }
  }
  await inScene(subject, isBrought, { retry: { attempts: 2, baseDelayMs: 1, maxDelayMs: 5 } })
}

async function waitsForTheLine<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  size: number,
): Promise<void> {
  const isWaitedFor = async ({
    proxy,
    uploader,
    upload,
    expectStored,
  }: ProtocolScene<Result>): Promise<void> => {
    const file = noiseFile('patient.bin', size)
    const held = proxy.holdAfter(Math.floor(size / 2))
    const outcome = upload(file)
    await held
    const failed = new Promise<void>((resolve) => uploader.on('retrying', () => resolve()))
    await proxy.down()
    await failed
    proxy.release()
    await proxy.up()
    await expectStored(await outcome, file)
  }
  await inScene(subject, isWaitedFor, { retry: { baseDelayMs: 20, maxDelayMs: 200 } })
}

/** One upload for each request that an undisturbed one makes, each without the answer to that request. */
async function losesEachAnswer<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
  size: number,
): Promise<void> {
  const oneByOne = { concurrency: { requests: 1, files: 1 } }
  const file = noiseFile('lost.bin', size)
  let count = 0
  const isUndisturbed = async ({ proxy, upload, expectStored }: ProtocolScene<Result>): Promise<void> => {
    await expectStored(await upload(file), file)
    count = proxy.seen.length
  }
  await inScene(subject, isUndisturbed, oneByOne)
  expect(count).toBeGreaterThan(0)
  for (let nth = 0; nth < count; nth++) {
    const isRightAllTheSame = async (scene: ProtocolScene<Result>): Promise<void> => {
      scene.proxy.loseAnswer(nth)
      await scene.expectStored(await scene.upload(file), file)
      expect(scene.proxy.strikes).toBe(1)
      const holdings = await scene.server.holdings()
      if (subject.isIdempotent) expect(holdings).toEqual({ finished: 1, unfinished: 0 })
    }
    await inScene(subject, isRightAllTheSame, oneByOne)
  }
}
