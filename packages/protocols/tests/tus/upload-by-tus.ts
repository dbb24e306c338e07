import { type ChangeableOptions, createUploader, type Outcome, type UploadError } from '@lading/core'
import { onTestFinished } from 'vitest'
import { type TusOptions, type TusResult, tus } from '../../src/tus/index.ts'
import { type SmallServer, type SmallServerOptions, startSmallServer } from './small-server.ts'

export const kibibyte = 1024
export const chunkSizeBytes: number = 64 * kibibyte

/** An uploader that is gone when the test is over. */
export function uploaderBy(options: TusOptions, more: ChangeableOptions<TusResult> = {}) {
  const uploader = createUploader({
    protocol: tus(options),
    chunkSizeBytes,
    retry: { attempts: 4, baseDelayMs: 1, maxDelayMs: 5 },
    ...more,
  })
  onTestFinished(() => uploader.dispose())
  return uploader
}

/** A small server that is gone when the test is over. */
export async function smallServer(options: SmallServerOptions = {}): Promise<SmallServer> {
  const server = await startSmallServer(options)
  onTestFinished(() => server.close())
  return server
}

/** One file's whole journey. */
export async function uploadBy(
  options: TusOptions,
  file: File,
  more: ChangeableOptions<TusResult> = {},
): Promise<{ outcome: Outcome<TusResult>; restarts: string[] }> {
  const uploader = uploaderBy(options, more)
  const restarts: string[] = []
  uploader.on('restarted', ({ reason }) => void restarts.push(reason))
  const { settled } = await uploader.add(file)
  const [outcome] = await settled
  if (!outcome) throw new Error('The file was not added')
  return { outcome, restarts }
}

/** The result of an upload that went well. */
export function resultOf(outcome: Outcome<TusResult>): TusResult {
  if (outcome.how === 'failed') throw outcome.error
  if (outcome.how !== 'uploaded') throw new Error(`It ended otherwise: ${outcome.how}`)
  return outcome.result
}

/** The error of one that failed. */
export function errorOf(outcome: Outcome<TusResult>): UploadError {
  if (outcome.how !== 'failed') throw new Error(`It ended otherwise: ${outcome.how}`)
  return outcome.error
}

/** Whether the server has the file as it is. */
export async function isStored(
  server: Pick<SmallServer, 'read'>,
  outcome: Outcome<TusResult>,
  file: File,
): Promise<boolean> {
  const { bytes } = await server.read(resultOf(outcome))
  return Buffer.compare(bytes, new Uint8Array(await file.arrayBuffer())) === 0
}
