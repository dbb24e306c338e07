import { BrokenBody, type ByteSource } from './request-body.ts'

/** The bytes of a web stream. */
export class WebSource implements ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #signal: AbortSignal

  constructor(stream: ReadableStream<Uint8Array>, signal: AbortSignal) {
    this.#reader = stream.getReader()
    this.#signal = signal
    // A read that is waiting does not hear of it otherwise in every runtime.
    signal.addEventListener('abort', () => this.stop(), { once: true })
  }

  async read(): Promise<readonly Uint8Array[] | null> {
    const { done, value } = await this.#reader.read().catch((cause: unknown) => {
      throw new BrokenBody('The request broke', { cause })
    })
    if (this.#signal.aborted) throw new BrokenBody('The request was aborted')
    return done ? null : [value]
  }

  stop(): void {
    this.#reader.cancel().catch(() => undefined)
  }
}
