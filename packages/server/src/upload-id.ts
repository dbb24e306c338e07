import type { Clock, Random } from './ports.ts'

const TIME_DIGITS = 7
const RANDOM_BYTES = 16
const RANDOM_DIGITS = 26

/** What every id of ours looks like: lower case only, as some file systems do not tell cases apart. */
const ID = /^[0-9a-z]{33}$/

/**
 * Makes the id of an upload and of the file it becomes: the second it was created, then 128 random bits.
 * The time is there so that a restart finds the files of the last day without opening all the others.
 */
export function createId(clock: Clock, random: Random): string {
  const bits = BigInt(`0x${Buffer.from(random.bytes(RANDOM_BYTES)).toString('hex')}`)
  return idPrefixAt(clock.now()) + bits.toString(32).padStart(RANDOM_DIGITS, '0')
}

/** Whether a piece of a path can be an id; nothing else ever reaches a file system. */
export function isId(text: string): boolean {
  return ID.test(text)
}

/** How the ids begin that are made at this time, in milliseconds; later ones sort behind. */
export function idPrefixAt(at: number): string {
  return Math.floor(at / 1000)
    .toString(36)
    .padStart(TIME_DIGITS, '0')
}

/** When an id was made, in milliseconds, to the second. */
export function idCreatedAt(id: string): number {
  return Number.parseInt(id.slice(0, TIME_DIGITS), 36) * 1000
}
