import type { ChangeableOptions } from '../api/options.ts'
import { isRecord, optionRules } from '../policy/option-rules.ts'
import { defaultOptions } from '../policy/options.ts'
import { isSameContent, steadyCopy } from './steady-copy.ts'

/** Tells options that really changed from those that a component merely wrote down again. */
export interface OptionsFollower<Options extends object> {
  /** What to create the uploader with: each function in it calls the one that was given last. */
  readonly options: Options
  /**
   * Takes the options as they are now, and gives what `setOptions` has to be told: `undefined` where all of it means
   * the same as before. A new function is no change; what is not given any more goes back to its default.
   */
  follow(options: Options): ChangeableOptions | undefined
}

type Values = Readonly<Record<string, unknown>>

/** What an option means that is not given any more; one that is not named here stays as it was. */
const absent: Values = {
  ...defaultOptions,
  headers: {},
  metadata: {},
  restrictions: {
    accept: '*/*',
    maxFiles: Number.MAX_SAFE_INTEGER,
    maxFileSizeBytes: Number.MAX_SAFE_INTEGER,
    minFileSizeBytes: 0,
    maxTotalBytes: Number.MAX_SAFE_INTEGER,
    allowDuplicates: true,
    validate: () => undefined,
  },
}

/** Follows the options of one uploader, written inline in a component. Fixed options that change are warned of, once. */
export function createOptionsFollower<Options extends object>(given: Options): OptionsFollower<Options> {
  let latest = given as Values
  let hasWarned = false
  const copyOf = (name: string): unknown =>
    isFixed(name) ? latest[name] : steadyCopy(latest[name], () => latest[name])
  const copyAll = (): Values => Object.fromEntries(Object.keys(latest).map((name) => [name, copyOf(name)]))
  let known = copyAll()
  return {
    options: known as Options,
    follow(next) {
      latest = next as Values
      const differing = [...new Set([...Object.keys(known), ...Object.keys(latest)])].filter((name) =>
        isFixed(name)
          ? labelOf(known[name]) !== labelOf(latest[name])
          : !isSameContent(known[name], latest[name]),
      )
      if (differing.length === 0) return undefined
      const fixed = differing.find(isFixed)
      if (fixed !== undefined && !hasWarned) hasWarned = warnOfFixed(fixed)
      const changes = differing
        .filter((name) => !isFixed(name))
        .map((name) => [name, changeOf(name, known[name], copyOf(name))] as const)
      known = copyAll()
      return changes.length > 0 ? Object.fromEntries(changes) : undefined
    },
  }
}

const isFixed = (name: string): boolean => !Object.hasOwn(optionRules, name)

/** A protocol or an axios instance written inline is a new one each time: only a change of name or kind is told apart. */
function labelOf(value: unknown): unknown {
  if (isRecord(value)) return value['name']
  return typeof value === 'function' ? 'function' : value
}

/** Groups are merged by `setOptions`, so each member that has gone is named. */
function changeOf(name: string, before: unknown, now: unknown): unknown {
  const fallback = absent[name]
  if (name === 'headers' || name === 'metadata' || !isRecord(fallback)) return now ?? fallback
  const members = isRecord(now) ? now : {}
  const gone = Object.keys(isRecord(before) ? before : {}).filter((member) => members[member] === undefined)
  return { ...Object.fromEntries(gone.map((member) => [member, fallback[member]])), ...members }
}

function warnOfFixed(name: string): true {
  // biome-ignore lint/suspicious/noConsole: a mistake in an app's code is told where its developers look.
  console.warn(
    `\`${name}\` is fixed when the uploader is created and the change is ignored: give the component another key`,
  )
  return true
}
