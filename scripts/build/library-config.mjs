import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'tsdown'

/**
 * How every package is built: one file for each source file, so that bundlers drop what is not used and a worker is
 * found beside the file that starts it; entries are what `package.json` exports or runs, so the two cannot drift.
 * @param {string} folder the package's
 * @param {'neutral' | 'browser' | 'node'} [platform]
 * @returns {import('tsdown').UserConfig}
 */
export function libraryConfig(folder, platform = 'neutral') {
  return defineConfig({
    cwd: folder,
    entry: [...publicSources(folder), ...workers(folder)],
    format: 'esm',
    platform,
    target: 'es2022',
    unbundle: true,
    root: 'src',
    dts: { sourcemap: false },
    sourcemap: true,
    outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
    plugins: [compiledWorkerUrls()],
  })
}

/** @param {string} folder @returns {string[]} */
function publicSources(folder) {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const programs = Object.values(bin).map((path) => path.replace(/^\.\/dist\/(.*)\.js$/, './src/$1.ts'))
  return [...Object.values(exports).filter((path) => path.endsWith('.ts')), ...programs]
}

/** @param {string} folder @returns {string[]} */
function workers(folder) {
  const source = join(folder, 'src')
  if (!existsSync(source)) return []
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.worker.ts'))
    .map((file) => `./src/${file.replaceAll('\\', '/')}`)
}

/** Bundlers and browsers are to find `x.worker.js` where the source says `new URL('./x.worker.ts', import.meta.url)`. */
function compiledWorkerUrls() {
  return {
    name: 'lading:compiled-worker-urls',
    /** @param {string} code */
    renderChunk: (code) => code.replace(/(new URL\(\s*["'][^"']+\.worker)\.ts(["'])/g, '$1.js$2'),
  }
}
