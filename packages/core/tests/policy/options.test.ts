import { describe, expect, it } from 'vitest'
import type { ChangeableOptions } from '../../src/api/options.ts'
import { checkOptions, defaultOptions, mergeOptions, resolveOptions } from '../../src/policy/options.ts'

const messageOf = (options: unknown, alsoKnown?: readonly string[]): string => {
  try {
    checkOptions(options, alsoKnown)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
  return 'taken'
}

describe('checkOptions', () => {
  it('takes every option in each of its forms', () => {
    const forms: ChangeableOptions[] = [
      {},
      { ...defaultOptions },
      {
        headers: { authorization: 'x' },
        metadata: { a: 1 },
        chunkSizeBytes: 1,
        integrity: false,
        instant: 'first',
      },
      { headers: () => ({}), metadata: async () => ({}), identity: false, resume: false },
      { retry: { attempts: 0, baseDelayMs: 0, maxDelayMs: 0 }, stallTimeoutMs: 1 },
      { restrictions: { accept: '.png, image/*', maxFiles: 0, minFileSizeBytes: 0, validate: () => null } },
      { restrictions: { accept: ['.tar.gz', 'text/plain,video/*', '*/*', '*', ''] } },
    ]
    expect(forms.map((form) => messageOf(form))).toEqual(forms.map(() => 'taken'))
  })

  it('ignores options that are undefined', () => {
    expect(messageOf({ headers: undefined, retry: { attempts: undefined }, nonsense: undefined })).toBe(
      'taken',
    )
  })

  it.each([
    'chunkSizeBytes',
    'stallTimeoutMs',
    'concurrency.requests',
    'concurrency.files',
    'retry.attempts',
    'retry.baseDelayMs',
    'retry.maxDelayMs',
    'restrictions.maxFiles',
    'restrictions.maxFileSizeBytes',
    'restrictions.minFileSizeBytes',
    'restrictions.maxTotalBytes',
  ])('names %s when it is no whole number that makes sense', (path) => {
    for (const wrong of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, '3', 3n, null, {}, true]) {
      expect(messageOf(nest(path, wrong))).toContain(`Expected \`${path}\` to be a `)
    }
  })

  it.each(['chunkSizeBytes', 'stallTimeoutMs', 'concurrency.requests', 'concurrency.files'])(
    'refuses 0 for %s',
    (path) => {
      expect(messageOf(nest(path, 0))).toMatch(
        new RegExp(`Expected \`${path}\` to be a positive integer.*, got \`0\` \\(number\\)`),
      )
    },
  )

  it('refuses delays that a timer would run at once', () => {
    expect(messageOf({ stallTimeoutMs: 2 ** 31 })).toBe(
      'Expected `stallTimeoutMs` to be a positive integer up to 2147483647, got `2147483648` (number)',
    )
    expect(messageOf({ retry: { maxDelayMs: 2 ** 31 } })).toContain('`retry.maxDelayMs`')
  })

  it.each([
    ['options', null],
    ['options', []],
    ['options', 'x'],
    ['concurrency', { concurrency: 4 }],
    ['retry', { retry: false }],
    ['restrictions', { restrictions: [] }],
    ['headers', { headers: { authorization: undefined } }],
    ['headers', { headers: 'x' }],
    ['metadata', { metadata: 7 }],
    ['autoStart', { autoStart: 1 }],
    ['integrity', { integrity: true }],
    ['instant', { instant: 'race' }],
    ['identity', { identity: 'md5' }],
    ['resume', { resume: true }],
    ['restrictions.accept', { restrictions: { accept: 'png' } }],
    ['restrictions.accept', { restrictions: { accept: '*.png' } }],
    ['restrictions.accept', { restrictions: { accept: ['image/*', 3] } }],
    ['restrictions.allowDuplicates', { restrictions: { allowDuplicates: 'no' } }],
    ['restrictions.validate', { restrictions: { validate: {} } }],
  ])('names %s when it is of the wrong kind', (path, options) => {
    expect(messageOf(options)).toContain(`Expected \`${path}\` to be `)
  })

  it.each([
    ['chunkSize', 'chunkSizeBytes'],
    ['cunkSizeBytes', 'chunkSizeBytes'],
    ['autostart', 'autoStart'],
    ['retries', 'retry'],
    ['concurency', 'concurrency'],
    ['maxFiles', 'restrictions.maxFiles'],
    ['accepts', 'restrictions.accept'],
    ['endpont', 'endpoint'],
  ])('asks of `%s` whether `%s` was meant', (typo, meant) => {
    expect(messageOf({ [typo]: 1 }, ['endpoint'])).toBe(
      `Unknown option \`${typo}\`, did you mean \`${meant}\`?`,
    )
  })

  it('names an unknown option inside a group by its path', () => {
    expect(messageOf({ retry: { attempt: 3 } })).toBe(
      'Unknown option `retry.attempt`, did you mean `retry.attempts`?',
    )
  })

  it('makes no guess at a name that is like nothing', () => {
    expect(messageOf({ zzz: 1 })).toBe('Unknown option `zzz`')
    expect(messageOf({ constructor: 1 })).toContain('Unknown option `constructor`')
    expect(messageOf(JSON.parse('{"__proto__": {}}'))).toContain('Unknown option `__proto__`')
  })
})

describe('resolveOptions', () => {
  it('fills in every default', () => {
    expect(resolveOptions({})).toEqual({
      autoStart: true,
      concurrency: { requests: 4, files: 3 },
      integrity: 'sha-256',
      instant: false,
      identity: 'sha-256-composite',
      resume: 'memory',
      retry: { attempts: 10, baseDelayMs: 500, maxDelayMs: 30_000 },
      restrictions: {},
      stallTimeoutMs: 30_000,
    })
  })

  it('keeps the defaults of a group beside what is given of it', () => {
    const resolved = resolveOptions({ concurrency: { files: 1 }, retry: { attempts: 0 } })
    expect(resolved.concurrency).toEqual({ requests: 4, files: 1 })
    expect(resolved.retry).toEqual({ attempts: 0, baseDelayMs: 500, maxDelayMs: 30_000 })
  })

  it('gives back something nobody can change', () => {
    const given = { concurrency: { files: 1 } }
    for (const resolved of [resolveOptions({}), resolveOptions(given)]) {
      expect(
        [resolved, resolved.concurrency, resolved.retry, resolved.restrictions].every(Object.isFrozen),
      ).toBe(true)
    }
    expect(Object.isFrozen(given.concurrency)).toBe(false)
  })
})

describe('mergeOptions', () => {
  it('merges groups, replaces the rest and ignores undefined', () => {
    const headers = { a: '1' }
    const merged = mergeOptions(
      { headers: { b: '2' }, retry: { attempts: 3, baseDelayMs: 7 }, chunkSizeBytes: 5 },
      {
        headers,
        retry: { attempts: 1 },
        restrictions: { maxFiles: 2 },
        chunkSizeBytes: undefined as never,
      },
    )
    expect(merged).toEqual({
      headers: { a: '1' },
      retry: { attempts: 1, baseDelayMs: 7 },
      restrictions: { maxFiles: 2 },
      chunkSizeBytes: 5,
    })
  })

  it('changes neither of what it is given', () => {
    const previous = Object.freeze({ retry: Object.freeze({ attempts: 3 }) })
    const change = Object.freeze({ retry: Object.freeze({ baseDelayMs: 1 }) })
    mergeOptions(previous, change)
    expect([previous, change]).toEqual([{ retry: { attempts: 3 } }, { retry: { baseDelayMs: 1 } }])
  })
})

function nest(path: string, value: unknown): unknown {
  return path.split('.').reduceRight((inner, name) => ({ [name]: inner }), value)
}
