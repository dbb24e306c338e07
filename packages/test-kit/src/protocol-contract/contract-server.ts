/** A file as the server has it. */
export interface StoredFile {
  readonly bytes: Uint8Array
  /** The name it was given; left out where the protocol carries none. */
  readonly name?: string
}

/** How much a server holds. */
export interface Holdings {
  /** Files that are whole. */
  readonly finished: number
  /** Uploads that are not, with or without bytes. */
  readonly unfinished: number
}

/** A real server that the contract runs a protocol against, on loopback and on storage of its own. */
export interface ContractServer<Result> {
  /** Where it listens: `http://127.0.0.1:…`. The protocol is told another, behind which lines can be cut. */
  readonly origin: string
  /** What a result stands for. */
  read(result: Result): Promise<StoredFile>
  /** Counts what is there. */
  holdings(): Promise<Holdings>
  /** Forgets every unfinished upload, as if its time had come. Does nothing where a server has none. */
  expire(): Promise<void>
  /** From now on answers every request of the app's with 401 or 403; with `false` takes them again. */
  refuse(isRefusing: boolean): void
  /** Ends as a crash would for its clients: every connection is cut. */
  stop?(): Promise<void>
  /** Starts again on the same port and storage. */
  start?(): Promise<void>
  close(): Promise<void>
}
