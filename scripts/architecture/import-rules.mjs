/** @typedef {import('./read-facts.mjs').ImportFact} ImportFact */

/** @type {Record<string, readonly string[]>} */
const mayImport = {
  core: [],
  react: ['core'],
  vue: ['core'],
  protocols: ['core'],
  server: ['core'],
  'test-kit': ['core', 'server'],
}
const purePattern = /^packages\/core\/src\/(statechart|ledger|policy|errors)\//
const hashLibraries = ['spark-md5', 'hash-wasm', '@noble/hashes']

/** @type {readonly import('./rules.mjs').Rule[]} */
export const importRules = [
  importRule(
    'dependencies point one way: react, vue and protocols to core, server to the types of core',
    (path) => path.startsWith('packages/'),
    ({ target, typeOnly }, path) => {
      const from = packageOf(path)
      const to = packageOf(target)
      if (to === undefined || to === from) return to === from && target.startsWith('@lading/')
      return (
        !(mayImport[from ?? '']?.includes(to) && (from !== 'server' || typeOnly)) ||
        target.startsWith('packages/')
      )
    },
  ),
  importRule(
    'only the bindings import a framework',
    (path) => path.startsWith('packages/'),
    ({ target }, path) =>
      (isPackage(target, 'react', 'react-dom', '@tanstack/react-store') && packageOf(path) !== 'react') ||
      (isPackage(target, 'vue', '@vue', 'vue-demi', '@tanstack/vue-store') && packageOf(path) !== 'vue'),
  ),
  importRule(
    'only the axios transport imports axios',
    (path) => path.startsWith('packages/') && !path.startsWith('packages/core/src/transport-axios/'),
    ({ target }) => isPackage(target, 'axios'),
  ),
  importRule(
    'only hashing imports hash libraries',
    (path) => path.startsWith('packages/') && !path.startsWith('packages/core/src/hashing/'),
    ({ target }) => isPackage(target, ...hashLibraries),
  ),
  importRule(
    'the pure folders of core import types, errors and each other',
    (path) => purePattern.test(path),
    ({ target, typeOnly }) => !typeOnly && !purePattern.test(target),
  ),
  importRule(
    "what runs in a browser imports nothing of Node's",
    (path) => /^packages\/(core|react|vue|protocols)\//.test(path),
    ({ target }) => target.startsWith('node:'),
  ),
]

/**
 * @param {string} name
 * @param {(path: string) => boolean} appliesTo
 * @param {(found: ImportFact, path: string) => boolean} isForbidden
 * @returns {import('./rules.mjs').Rule}
 */
export function importRule(name, appliesTo, isForbidden) {
  return {
    name,
    appliesTo,
    breaches: ({ path, imports }) =>
      imports
        .filter((found) => isForbidden(found, path))
        .map(({ target, typeOnly, line }) => ({
          line,
          what: `imports ${typeOnly ? 'types of ' : ''}${target}`,
        })),
  }
}

/** @param {string} target @param {readonly string[]} names */
function isPackage(target, ...names) {
  return names.some((name) => target === name || target.startsWith(`${name}/`))
}

/** @param {string} target @returns {string | undefined} */
function packageOf(target) {
  return /^(?:packages|@lading)\/([^/]+)/.exec(target)?.[1]
}
