import type {
  ChangeableOptions,
  ConcurrencyOptions,
  RestrictionOptions,
  RetryOptions,
} from '../api/options.ts'
import type { Metadata } from '../ports/protocol.ts'

/** Options with every default filled in. */
export interface ResolvedOptions<Result = unknown, Meta extends Metadata = Metadata>
  extends ChangeableOptions<Result, Meta> {
  readonly autoStart: boolean
  readonly concurrency: Required<ConcurrencyOptions>
  readonly integrity: 'sha-256' | false
  readonly instant: 'first' | false
  readonly identity: 'sha-256-composite' | false
  readonly resume: 'memory' | false
  readonly retry: Required<RetryOptions>
  readonly restrictions: RestrictionOptions
  readonly stallTimeoutMs: number
}

/** What holds for an option that is not given. */
export const defaultOptions: ResolvedOptions = {
  autoStart: true,
  concurrency: Object.freeze({ requests: 4, files: 3 }),
  integrity: 'sha-256',
  instant: false,
  identity: 'sha-256-composite',
  resume: 'memory',
  retry: Object.freeze({ attempts: 10, baseDelayMs: 500, maxDelayMs: 30_000 }),
  restrictions: {},
  stallTimeoutMs: 30_000,
}

/** Checked options with their defaults, frozen; restrictions are made ready by `compile`, once. */
export function resolveOptions<Result, Meta extends Metadata>(
  options: ChangeableOptions<Result, Meta>,
  compile: (restrictions: RestrictionOptions) => RestrictionOptions = (given) => Object.freeze({ ...given }),
): ResolvedOptions<Result, Meta> {
  const full: ChangeableOptions<Result, Meta> = merge(defaultOptions, options)
  return Object.freeze({
    ...full,
    restrictions: compile(full.restrictions ?? {}),
  }) as ResolvedOptions<Result, Meta>
}

/**
 * The options after a change: groups are merged option by option, `headers` and `metadata` are replaced, and what is
 * `undefined` stays as it was.
 */
export function mergeOptions<Result, Meta extends Metadata>(
  previous: ChangeableOptions<Result, Meta>,
  change: ChangeableOptions<Result, Meta>,
): ChangeableOptions<Result, Meta> {
  return merge(previous, change)
}

const groups = new Set(['concurrency', 'retry', 'restrictions'])

function merge(previous: object, change: object): object {
  const merged: Record<string, unknown> = { ...previous }
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue
    const before = merged[name]
    merged[name] = groups.has(name) ? Object.freeze(merge(before ?? {}, value)) : value
  }
  return merged
}
