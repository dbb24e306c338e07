import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpmVersion, runPnpm } from './pnpm.mjs'
import { repoRoot } from './repo-root.mjs'
import { say } from './say.mjs'

const stampFile = join(repoRoot, 'node_modules/.lading-install')

/** Whether what is in node_modules was installed from the lockfile and manifests as they are now. */
export function dependenciesAreCurrent() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp()
}

/**
 * Installs exactly what the lockfile says.
 * @returns {Promise<void>}
 * @throws {Error} when the package manager fails
 */
export async function installDependencies() {
  say(`installing dependencies (${pnpmVersion}, from the lockfile)`)
  const wanted = stamp()
  // Without CI pnpm asks before it rebuilds a node_modules that another machine or version has left behind.
  const { code } = await runPnpm(['install', '--frozen-lockfile'], { env: { CI: 'true' } })
  if (code !== 0) {
    throw new Error(
      `installing the dependencies failed (exit code ${code}); is the package registry reachable, and does the lockfile match package.json?`,
    )
  }
  writeFileSync(stampFile, wanted)
  say('dependencies are installed')
}

function stamp() {
  const hash = createHash('sha256').update(
    `${process.platform} ${process.arch} ${process.version} ${pnpmVersion}`,
  )
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash.update(`\n${file}\n`).update(readFileSync(join(repoRoot, file)))
  }
  return hash.digest('hex')
}

function manifests() {
  const packages = readdirSync(join(repoRoot, 'packages')).map((name) => `packages/${name}/package.json`)
  return ['package.json', 'bench/package.json', ...packages.sort()].filter((file) =>
    existsSync(join(repoRoot, file)),
  )
}
