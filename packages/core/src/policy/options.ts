/** What the engine needs of options: checking, defaults, changes. */
export { checkOptions } from './check-options.ts'
export { defaultOptions, mergeOptions, resolveOptions } from './resolve-options.ts'
