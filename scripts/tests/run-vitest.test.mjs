import { describe, expect, it } from 'vitest'
import { runVitest } from '../test/run-vitest.mjs'

describe('runVitest', () => {
  it('counts every test once, and what fails outside of a test too', async () => {
    const config = 'scripts/tests/fixtures/vitest.config.mjs'
    const { passed, failures, skipped } = await runVitest(
      ['fixture'],
      {},
      { config, capture: true, mustHaveTests: ['fixture', 'core'] },
    )
    expect(passed).toBe(2)
    expect(failures.sort()).toEqual([
      'core ran no test',
      'fixture: broken.fixture.mjs: this file does not load',
      'fixture: fails',
      'fixture: outcomes.fixture.mjs: no setup',
      'outside any test: nobody waits for this',
    ])
    expect(skipped.sort()).toEqual([
      'fixture: a group whose setup throws > never runs',
      'fixture: is skipped',
      'fixture: is skipped with a reason (no disk here)',
      'fixture: is to be written',
    ])
  })
})
