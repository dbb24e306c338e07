import { axiosTransport } from '@lading/core/axios'
import {
  type FileFacts,
  type Metadata,
  type Protocol,
  type ProtocolContext,
  type Reply,
  type Sent,
  statusError,
  UploadError,
} from '@lading/core/engine'

/** Facts of a file that has nothing special, and others where given. */
export function factsOf<Meta extends Metadata>(
  file: Blob,
  more: Partial<FileFacts<Meta>> = {},
): FileFacts<Meta> {
  return {
    uploadId: 'u'.repeat(32),
    name: 'file.txt',
    size: file.size,
    type: 'text/plain',
    metadata: {} as Meta,
    ...more,
  }
}

/** Sends a file as the engine does: opened, planned, sliced without its type, sent by the real transport. */
export async function sendForm<Result, Meta extends Metadata>(
  protocol: Protocol<null, Result, Meta>,
  file: Blob,
  facts: FileFacts<Meta> = factsOf(file),
): Promise<Sent<null, Result>> {
  const plan = protocol.traits(facts).plan(file.size)
  const ctx = contextFor(facts, plan)
  const opened = await protocol.open(ctx, {})
  if (!('session' in opened)) throw new Error('A form has nothing to be done with before it is sent')
  const blob = file.slice(0, file.size, 'application/octet-stream')
  const sent = await protocol.send(ctx, opened.session, {
    first: 0,
    count: 1,
    offset: 0,
    size: file.size,
    blob,
  })
  if (!('through' in sent)) throw new Error('A form cannot be lost')
  return sent
}

function contextFor<Meta extends Metadata>(
  file: FileFacts<Meta>,
  plan: ProtocolContext['plan'],
): ProtocolContext<Meta> {
  const transport = axiosTransport()
  const { signal } = new AbortController()
  return {
    file,
    plan,
    signal,
    now: () => Date.now(),
    async request({ method, url, headers = {}, body, credentials = 'app', accept = isGood }): Promise<Reply> {
      const answer = await transport.send({
        method,
        url,
        headers,
        credentials,
        signal,
        ...(body && { body }),
      })
      const reply = { ...answer, json: () => parsed(answer.text) }
      if (!accept(answer.status, reply)) throw statusError(answer, Date.now())
      return reply
    },
  }
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UploadError('bad-response')
  }
}

/** What a promise rejects with; a failure where it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It resolved')
    },
    (thrown: unknown) => thrown,
  )
}
