import { runVitest } from './run-vitest.mjs'
import { commandStep } from './step.mjs'
import { tarballStep } from './tarball-step.mjs'

const inChromium = ['browser', 'stories:react', 'stories:vue']
const outsideChromium = inChromium.map((name) => `!${name}`)
const mustHaveTests = ['core', 'server', 'protocols', 'docs', 'scripts', 'react', 'vue']

/**
 * Everything `npm test` checks, cheapest first.
 * @type {readonly import('./step.mjs').Step[]}
 */
export const steps = [
  commandStep('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  commandStep('architecture', 'scripts/check-architecture.mjs'),
  commandStep('types', 'scripts/typecheck.mjs'),
  { name: 'unit', needsS3: true, run: (env) => runVitest(outsideChromium, env, { mustHaveTests }) },
  { name: 'browser', needsBrowser: true, needsS3: true, run: (env) => runVitest(['browser'], env) },
  {
    name: 'stories',
    needsBrowser: true,
    needsS3: true,
    run: (env) => runVitest(['stories:react', 'stories:vue'], env),
  },
  commandStep('build', 'scripts/build.mjs'),
  tarballStep('publint', 'node_modules/publint/src/cli.js', ['run', '--strict']),
  tarballStep('attw', 'node_modules/@arethetypeswrong/cli/dist/index.js', ['--profile', 'esm-only']),
  commandStep('packed', 'scripts/check-packed.mjs'),
  commandStep('size', 'node_modules/size-limit/bin.js'),
  commandStep('knip', 'node_modules/knip/bin/knip.js'),
]
