const compositionRoots =
  /^packages\/(core|server)\/src\/platform\/|^packages\/server\/src\/node-ports[^/]*\.ts$/
const purePattern = /^packages\/core\/src\/(statechart|ledger|policy|errors)\//

const timeAndChance = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'requestAnimationFrame',
  'requestIdleCallback',
  'scheduler',
  'Date.now',
  'new Date()',
  'performance.now',
  'AbortSignal.timeout',
  'Math.random',
  'crypto.randomUUID',
  'crypto.getRandomValues',
]
const outsideWorld = [
  ...[
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'Worker',
    'navigator',
    'document',
    'window',
    'location',
    'self',
  ],
  ...[
    'indexedDB',
    'localStorage',
    'sessionStorage',
    'caches',
    'crypto',
    'queueMicrotask',
    'process',
    'console',
  ],
]

/** @type {readonly import('./rules.mjs').Rule[]} */
export const ambientRules = [
  ambientRule(
    'time and chance come through ports',
    (path) => path.startsWith('packages/') && !compositionRoots.test(path),
    timeAndChance,
  ),
  {
    name: "time and chance come through ports, Node's modules included",
    appliesTo: (path) => path.startsWith('packages/') && !compositionRoots.test(path),
    breaches: ({ imports }) =>
      imports
        .filter(
          ({ target, names }) =>
            /^node:timers/.test(target) ||
            (target === 'node:crypto' && names.some((name) => name.startsWith('random'))) ||
            (target === 'node:perf_hooks' && names.includes('performance')),
        )
        .map(({ target, line }) => ({ line, what: `imports time or chance from ${target}` })),
  },
  ambientRule(
    'the pure folders of core touch nothing outside',
    (path) => purePattern.test(path),
    outsideWorld,
  ),
  ambientRule(
    'only hashing touches crypto.subtle',
    (path) =>
      /^packages\/(core|react|vue|protocols)\//.test(path) && !path.startsWith('packages/core/src/hashing/'),
    ['crypto.subtle'],
  ),
  ambientRule('the server touches no page', (path) => path.startsWith('packages/server/'), [
    ...['window', 'document', 'XMLHttpRequest', 'localStorage', 'sessionStorage', 'indexedDB'],
  ]),
]

/**
 * @param {string} name
 * @param {(path: string) => boolean} appliesTo
 * @param {readonly string[]} banned
 * @returns {import('./rules.mjs').Rule}
 */
function ambientRule(name, appliesTo, banned) {
  return {
    name,
    appliesTo,
    breaches: ({ globals }) =>
      globals
        .filter((used) => banned.includes(used.name))
        .map((used) => ({ line: used.line, what: `uses ${used.name}` })),
  }
}
