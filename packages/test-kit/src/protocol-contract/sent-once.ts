import { expect } from 'vitest'
import type { ProtocolScene } from './protocol-scene.ts'
import type { ProtocolAbilities } from './protocol-subject.ts'

/** Asserts that no acknowledged byte was sent again; or, of a protocol that cannot resume, that the file went whole. */
export function expectSentOnce<Result>(
  { canResume }: ProtocolAbilities<Result>,
  { payloads }: ProtocolScene<Result>,
  size: number,
): void {
  const taken = payloads().filter(({ status = 0 }) => status >= 200 && status < 300)
  if (canResume) {
    expect(taken.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBeLessThanOrEqual(size)
  } else expect(taken.at(-1)?.bodyBytes).toBeGreaterThanOrEqual(size)
}
