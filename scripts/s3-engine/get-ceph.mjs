import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { repoRoot } from '../bootstrap/repo-root.mjs'
import { runCommand } from '../bootstrap/run-command.mjs'
import { say } from '../bootstrap/say.mjs'
import { withLock } from '../bootstrap/with-lock.mjs'

const packages = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common']
const programs = ['ceph', 'ceph-authtool', 'monmaptool', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin']

/**
 * Finds the programs of Ceph, or gets them from the distribution where that is allowed.
 * @param {{ install: boolean }} options
 * @returns {Promise<string | undefined>} why there are none; `undefined` where there are
 */
export async function getCeph({ install }) {
  if (missing().length === 0) return undefined
  if (!install) return `not installed here (Debian: ${packages.join(' ')})`
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return `not installed, and only root on Debian can install it by itself (${packages.join(' ')})`
  }
  const onWait = (/** @type {string} */ owner) => say(`waiting for another bootstrap to finish (${owner})`)
  return withLock(join(repoRoot, '.cache/bootstrap.lock'), installPackages, { onWait })
}

async function installPackages() {
  if (missing().length === 0) return undefined
  say('no S3 engine found, installing Ceph from the distribution')
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, capture: true, limitMs: 4 * 60_000 }
  await runCommand('apt-get', ['update', '-qq'], options)
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages]
  const { output } = await runCommand('apt-get', args, options)
  const still = missing()
  if (still.length === 0) return undefined
  return `not installed, and installing it did not give ${still.join(', ')}: ${output.trim().split('\n').at(-1)}`
}

function missing() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin']
  return programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))))
}
