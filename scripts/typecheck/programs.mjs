import { join, relative } from 'node:path'
import { repoRoot } from '../bootstrap/repo-root.mjs'
import { publicPackages } from '../build/public-packages.mjs'

/**
 * One compilation: a configuration file and the compiler that understands what it includes.
 * @typedef {{ config: string, compiler: 'tsc' | 'vue-tsc' }} TypeProgram
 */

/**
 * Every compilation of the workspace, longest first: all that is not published in two large ones, since most of the time
 * goes into what they share, and the sources of each package in one of their own, with no more globals than they may use.
 * @returns {TypeProgram[]}
 */
export function typePrograms() {
  const published = publicPackages().map(({ folder }) => relative(repoRoot, join(folder, 'tsconfig.json')))
  return ['tsconfig.json', 'tsconfig.vue.json', ...published].map((config) => ({
    config,
    compiler: /\bvue\b/.test(config) ? 'vue-tsc' : 'tsc',
  }))
}
