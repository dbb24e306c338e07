import { importRule } from './import-rules.mjs'

const isEngine = (/** @type {string} */ path) => path.startsWith('packages/core/src/engine/')
const adapters = /^packages\/core\/src\/(native|platform|transport-axios|hashing)(\/|\.ts$)/
const protocolNames = [
  ...['tus', 's3', 'webuploader', 'fineuploader', 'filepond', 'dropzone', 'plupload', 'blueimp', 'uppy'],
  ...['resumablejs', 'flowjs', 'nativeprotocol'],
]

/** @type {readonly import('./rules.mjs').Rule[]} */
export const engineRules = [
  importRule('the engine knows ports, and nothing that fills them', isEngine, ({ target }) =>
    adapters.test(target),
  ),
  {
    name: 'no file of the engine names a protocol',
    appliesTo: isEngine,
    breaches: ({ words }) =>
      words
        .filter(({ name }) => namesProtocol(name))
        .map(({ name, line }) => ({ line, what: `says ${name}` })),
  },
]

/** Looks at whole words in camel case, so that `status` does not speak of tus. @param {string} text */
function namesProtocol(text) {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const neighbours = words.map((word, index) => word + (words[index + 1] ?? ''))
  return [...words, ...neighbours].some((word) => protocolNames.includes(word))
}
