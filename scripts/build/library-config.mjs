import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'tsdown'

/**
 * How every package is built: one file for each source file, so that bundlers drop what is not used; entries are what
 * `package.json` exports or runs, so the two cannot drift.
 * @param {string} folder the package's
 * @param {'neutral' | 'browser' | 'node'} [platform]
 * @returns {import('tsdown').UserConfig}
 */
export function libraryConfig(folder, platform = 'neutral') {
  return defineConfig({
    cwd: folder,
    entry: publicSources(folder),
    format: 'esm',
    platform,
    target: 'es2022',
    unbundle: true,
    root: 'src',
    dts: { sourcemap: false },
    sourcemap: true,
    outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  })
}

/** @param {string} folder @returns {string[]} */
function publicSources(folder) {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const programs = Object.values(bin).map((path) => path.replace(/^\.\/dist\/(.*)\.js$/, './src/$1.ts'))
  return [...Object.values(exports).filter((path) => path.endsWith('.ts')), ...programs]
}
