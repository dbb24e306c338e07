import { mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repoRoot } from '../bootstrap/repo-root.mjs'
import { runCommand } from '../bootstrap/run-command.mjs'
import { publicPackages } from '../build/public-packages.mjs'

/** A folder outside the workspace's packages that sees only what has been packed. */
export const consumerFolder = join(repoRoot, '.cache/consumer')

/**
 * Unpacks every packed package as an app would have it in `node_modules`, with what each declares as a dependency.
 * @returns {Promise<string[]>} every specifier that an app may import
 */
export async function layOutConsumer() {
  rmSync(consumerFolder, { recursive: true, force: true })
  /** @type {string[]} */
  const specifiers = []
  for (const { name, folder, tarball } of publicPackages()) {
    const target = join(consumerFolder, 'node_modules', name)
    mkdirSync(target, { recursive: true })
    const { code, output } = await runCommand(
      'tar',
      ['-xzf', tarball, '-C', target, '--strip-components=1'],
      { capture: true },
    )
    if (code !== 0) throw new Error(`unpacking ${tarball} failed; run the build step first\n${output}`)
    const { exports, dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(target, 'package.json'), 'utf8'),
    )
    linkDependencies(folder, Object.keys({ ...dependencies, ...peerDependencies }))
    const paths = Object.keys(exports).filter((path) => path !== './package.json')
    specifiers.push(...paths.map((path) => `${name}${path.slice(1)}`))
  }
  return specifiers
}

/** @param {string} folder @param {readonly string[]} names */
function linkDependencies(folder, names) {
  for (const name of names.filter((dependency) => !dependency.startsWith('@lading/'))) {
    const link = join(consumerFolder, 'node_modules', name)
    rmSync(link, { force: true })
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(join(folder, 'node_modules', name)), link, 'junction')
  }
}
