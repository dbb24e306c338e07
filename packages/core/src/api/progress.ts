/** How far bytes have come. */
export interface Progress {
  readonly totalBytes: number
  /** Bytes the server has acknowledged: the truth. */
  readonly landedBytes: number
  /** Landed bytes plus an estimate of what is on the way: what a progress bar shows. */
  readonly sentBytes: number
  /** `sentBytes` of `totalBytes`, 0 to 1; an empty file is 0 until it is done. */
  readonly ratio: number
  /** Smoothed over the last seconds; 0 while nothing is sent. */
  readonly bytesPerSecond: number
  /** Absent while the speed is not known. */
  readonly secondsLeft?: number
}
