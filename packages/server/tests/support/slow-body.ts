/** A request body that says when it goes on, and when it ends or breaks. */
export interface SlowBody {
  readonly stream: ReadableStream<Uint8Array>
  push(bytes: Uint8Array): void
  /** Whether all that was pushed has been read. */
  isRead(): boolean
  end(): void
  /** As if the client had gone. */
  break(): void
}

export function slowBody(): SlowBody {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given
    },
  })
  return {
    stream,
    push: (bytes) => controller?.enqueue(bytes),
    isRead: () => (controller?.desiredSize ?? 0) > 0,
    end: () => controller?.close(),
    break: () => controller?.error(new Error('The client has gone')),
  }
}

/** Begins a `PATCH` whose body comes bit by bit. */
export function slowPatch(
  server: { fetch(request: Request): Promise<Response> },
  id: string,
  offset: number,
  length: number,
  headers: Readonly<Record<string, string>> = {},
): SlowBody & { readonly response: Promise<Response> } {
  const body = slowBody()
  const init: RequestInit & { duplex: 'half' } = {
    method: 'PATCH',
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(length),
      'Upload-Offset': String(offset),
      ...headers,
    },
    body: body.stream,
    duplex: 'half',
  }
  return { ...body, response: server.fetch(new Request(`http://local.test/uploads/${id}`, init)) }
}
