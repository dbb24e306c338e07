import type { Json, Outcome, Upload } from '@lading/core'
import { expect, vi } from 'vitest'
import { noiseFile } from './noise-file.ts'
import type { ProtocolBehaviours } from './protocol-behaviours.ts'
import { inScene, type ProtocolScene } from './protocol-scene.ts'
import type { ProtocolSubject } from './protocol-subject.ts'
import { expectSentOnce } from './sent-once.ts'

const patience = { timeout: 15_000, interval: 20 }

/** What a person does in the middle of a file, and what befalls it while it rests. */
export function commandsAndSessions<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): ProtocolBehaviours {
  const { canResume, canAbort, hasSession } = subject
  return {
    'an upload': {
      [canResume ? 'goes on after a pause where it was' : 'starts again after a pause']: () =>
        goesOnAfterPause(subject),
      [hasSession
        ? 'starts afresh where the server has forgotten it, and says so'
        : 'has nothing that the server could forget']: () => startsAfresh(subject),
      'outlives a server that crashes and starts again': () => outlivesCrash(subject),
      [canAbort ? 'leaves nothing on the server when cancelled' : 'is never finished when cancelled']: () =>
        leavesNothing(subject),
    },
    'refused credentials': {
      'fail the upload with a typed error, store nothing, and can be put right': () => isRefused(subject),
      'in the middle of a file fail it with a typed error, and can be put right': () =>
        isRefusedMidway(subject),
    },
  }
}

function goesOnAfterPause<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): Promise<void> {
  return inScene(subject, async (scene) => {
    const { file, upload, outcome } = await heldUpload(scene)
    await pauseAndResume(scene, upload)
    await scene.expectStored(await outcome, file)
    expectSentOnce(subject, scene, file.size)
  })
}

function startsAfresh<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): Promise<void> {
  return inScene(subject, async (scene) => {
    const restarted = vi.fn()
    scene.uploader.on('restarted', ({ reason }) => restarted(reason))
    const { file, upload, outcome } = await heldUpload(scene)
    await pauseAndResume(scene, upload, () => scene.server.expire())
    await scene.expectStored(await outcome, file)
    expect(restarted.mock.calls.length).toBe(subject.hasSession ? 1 : 0)
    expect(await scene.server.holdings()).toMatchObject({ finished: 1 })
  })
}

/** Where the server is not ours to stop, it is out of reach for a while. */
function outlivesCrash<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): Promise<void> {
  const isOutlived = async (scene: ProtocolScene<Result>): Promise<void> => {
    const { file, outcome } = await heldUpload(scene)
    const failed = new Promise<void>((resolve) => scene.uploader.on('retrying', () => resolve()))
    await (scene.server.stop?.() ?? scene.proxy.down())
    scene.proxy.release()
    await failed
    await (scene.server.start?.() ?? scene.proxy.up())
    await scene.expectStored(await outcome, file)
  }
  return inScene(subject, isOutlived, { retry: { baseDelayMs: 20, maxDelayMs: 200 } })
}

function leavesNothing<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): Promise<void> {
  return inScene(subject, async (scene) => {
    const { upload, outcome } = await heldUpload(scene)
    upload.cancel()
    scene.proxy.breakLines()
    expect((await outcome).how).toBe('canceled')
    if (subject.canAbort) await vi.waitFor(() => expectNothing(scene), patience)
    else expect(await scene.server.holdings()).toMatchObject({ finished: 0 })
  })
}

function isRefused<Session extends Json, Result>(subject: ProtocolSubject<Session, Result>): Promise<void> {
  return inScene(subject, async (scene) => {
    const file = noiseFile('refused.bin', 3 * scene.chunkSizeBytes)
    scene.server.refuse(true)
    const outcome = await scene.upload(file)
    expectRefusal(outcome)
    await expectNothing(scene)
    scene.server.refuse(false)
    outcome.upload.retry()
    await scene.expectStored(await outcome.upload.settled(), file)
  })
}

function isRefusedMidway<Session extends Json, Result>(
  subject: ProtocolSubject<Session, Result>,
): Promise<void> {
  return inScene(subject, async (scene) => {
    const { file, upload, outcome } = await heldUpload(scene)
    await pauseAndResume(scene, upload, async () => scene.server.refuse(true))
    expectRefusal(await outcome)
    expect(await scene.server.holdings()).toMatchObject({ finished: 0 })
    scene.server.refuse(false)
    upload.retry()
    await scene.expectStored(await upload.settled(), file)
  })
}

function expectRefusal(outcome: Outcome<unknown>): void {
  if (outcome.how !== 'failed') throw new Error(`It ended otherwise: ${outcome.how}`)
  expect(['unauthorized', 'forbidden']).toContain(outcome.error.code)
}

/** An upload whose line stands still in its middle. */
async function heldUpload<Result>({ proxy, uploader, chunkSizeBytes }: ProtocolScene<Result>): Promise<{
  file: File
  upload: Upload<Result>
  outcome: Promise<Outcome<Result>>
}> {
  const file = noiseFile('held.bin', 4 * chunkSizeBytes + 5)
  const held = proxy.holdAfter(2 * chunkSizeBytes + 100)
  const { added } = await uploader.add(file)
  const [upload] = added
  if (!upload) throw new Error('The file was not added')
  const outcome = upload.settled()
  await Promise.race([held, outcome])
  expect(upload.state.get().status).toBe('uploading')
  return { file, upload, outcome }
}

async function pauseAndResume<Result>(
  { proxy }: ProtocolScene<Result>,
  upload: Upload<Result>,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  upload.pause()
  expect(upload.state.get().status).toBe('paused')
  proxy.breakLines()
  await meanwhile()
  upload.resume()
}

async function expectNothing<Result>({ server }: ProtocolScene<Result>): Promise<void> {
  expect(await server.holdings()).toEqual({ finished: 0, unfinished: 0 })
}
