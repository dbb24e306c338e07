/** What a story needs of a result, whichever server it is from: where the stored file can be had. */
export interface LinkedResult {
  readonly url: string
}
