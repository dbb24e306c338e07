import { runVitest } from './run-vitest.mjs'

const unitProjects = ['core', 'server', 'protocols', 'test-kit', 'docs', 'scripts', 'react', 'vue']

/**
 * Everything `npm test` checks, cheapest first.
 * @type {readonly import('./step.mjs').Step[]}
 */
export const steps = [{ name: 'unit', run: (env) => runVitest(unitProjects, env) }]
