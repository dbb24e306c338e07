import type { Readable } from '../api/readable.ts'
import type { ChunkView, Outcome, Upload, UploadState } from '../api/upload.ts'
import type { Uploader } from '../api/uploader.ts'
import { chunkEnd, chunkStart } from '../ledger/plan.ts'
import type { Metadata } from '../ports/protocol.ts'
import type { Command } from '../statechart/command.ts'
import { can } from '../statechart/transition.ts'
import type { Journey } from './journey.ts'

/** The handle of one upload. Not extensible, so that no reactivity system wraps it into a proxy. */
export class UploadHandle<Result, Meta extends Metadata> implements Upload<Result, Meta> {
  readonly id: string
  readonly #journey: Journey<Result, Meta>
  readonly #uploader: Uploader<Result, Meta>

  constructor(journey: Journey<Result, Meta>, uploader: Uploader<Result, Meta>) {
    this.id = journey.id
    this.#journey = journey
    this.#uploader = uploader
    Object.preventExtensions(this)
  }

  get file(): Blob {
    return this.#journey.file
  }
  get name(): string {
    return this.#journey.name
  }
  get size(): number {
    return this.#journey.size
  }
  get type(): string {
    return this.#journey.file.type
  }
  get path(): string | undefined {
    return this.#journey.path
  }
  get metadata(): Meta {
    return this.#journey.metadata
  }
  get state(): Readable<UploadState<Result>> {
    return this.#journey.state
  }
  can(command: Command): boolean {
    return can(this.#journey.lifecycle, command)
  }
  start(): void {
    this.#uploader.start(this.id)
  }
  pause(): void {
    this.#uploader.pause(this.id)
  }
  resume(): void {
    this.#uploader.resume(this.id)
  }
  retry(): void {
    this.#uploader.retry(this.id)
  }
  cancel(): void {
    this.#uploader.cancel(this.id)
  }
  remove(): void {
    this.#uploader.remove(this.id)
  }
  chunks(): readonly ChunkView[] {
    const { ledger } = this.#journey
    if (!ledger) return []
    return Array.from({ length: ledger.plan.count }, (_, index) => {
      const offset = chunkStart(ledger.plan, index)
      return { index, offset, size: chunkEnd(ledger.plan, index) - offset, status: ledger.statusOf(index) }
    })
  }
  settled(): Promise<Outcome<Result, Meta>> {
    return this.#journey.settled()
  }
}
