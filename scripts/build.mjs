import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { runPnpm } from './bootstrap/pnpm.mjs'
import { runCommand } from './bootstrap/run-command.mjs'
import { say } from './bootstrap/say.mjs'
import { packFolder, publicPackages } from './build/public-packages.mjs'

const packages = publicPackages()

/** Builds each package into its `dist`. @returns {Promise<string[]>} names of those that failed */
async function buildAll() {
  const tsdown = join('..', '..', 'node_modules/tsdown/dist/run.mjs')
  /** @type {string[]} */
  const failed = []
  for (const { name, folder } of packages) {
    rmSync(join(folder, 'dist'), { recursive: true, force: true })
    const args = [tsdown, '--log-level', 'warn']
    const { code, output } = await runCommand(process.execPath, args, { cwd: folder, capture: true })
    say(`${name} ${code === 0 ? 'is built' : 'did NOT build'}`)
    if (code === 0) continue
    console.log(output)
    failed.push(name)
  }
  return failed
}

/** Packs what would be published, so that checks see the files and the `exports` that users get. */
async function packAll() {
  rmSync(packFolder, { recursive: true, force: true })
  const chosen = packages.flatMap(({ name }) => ['--filter', name])
  const { code, output } = await runPnpm(['-r', ...chosen, 'pack', '--pack-destination', packFolder], {
    capture: true,
  })
  if (code !== 0) console.log(output)
  return code
}

const failed = await buildAll()
const packed = await packAll()
process.exitCode = failed.length === 0 && packed === 0 ? 0 : 1
