import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '../bootstrap/repo-root.mjs'

/**
 * One compilation: a configuration file and the compiler that understands what it includes.
 * @typedef {{ config: string, compiler: 'tsc' | 'vue-tsc' }} TypeProgram
 */

/**
 * Every compilation of the workspace that has a source: sources, workers and tests of each package, stories, and the
 * root's own files.
 * @returns {TypeProgram[]}
 */
export function typePrograms() {
  const configs = [
    'tsconfig.json',
    ...configsWithSources('stories/react'),
    ...configsWithSources('stories/vue'),
  ]
  for (const name of readdirSync(join(repoRoot, 'packages')).sort()) {
    configs.push(...configsWithSources(`packages/${name}`, 'src'))
    configs.push(...configsWithSources(`packages/${name}`, 'src', '.worker.ts', 'tsconfig.worker.json'))
    configs.push(...configsWithSources(`packages/${name}/tests`))
  }
  return configs.map((config) => ({ config, compiler: config.includes('/vue/') ? 'vue-tsc' : 'tsc' }))
}

/** @param {string} folder @param {string} sources @param {string} suffix @param {string} config */
function configsWithSources(folder, sources = '.', suffix = '', config = 'tsconfig.json') {
  const inside = join(repoRoot, folder, sources)
  const files = existsSync(inside) ? readdirSync(inside, { recursive: true, encoding: 'utf8' }) : []
  const hasSource = files.some((file) => /\.(tsx?|vue)$/.test(file) && file.endsWith(suffix))
  return hasSource ? [`${folder}/${config}`] : []
}
