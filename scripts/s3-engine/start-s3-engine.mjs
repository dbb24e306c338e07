import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from '../bootstrap/run-command.mjs'
import { cephConf } from './ceph-conf.mjs'
import { startDaemon } from './daemon.mjs'
import { freePort } from './free-port.mjs'
import { getCeph } from './get-ceph.mjs'

const roomBytes = 3 * 2 ** 30
const patienceMs = 90_000
const pollMs = 200

/**
 * An S3 engine that answers at `url`, which carries its keys as user and password.
 * @typedef {{ url: string, stop: () => Promise<void> }} S3Engine
 */

/**
 * Starts a Ceph of one node on loopback, in a folder of its own that goes when it is stopped.
 * @param {{ install: boolean, url: string }} options `install` gets Ceph from the distribution where it is missing;
 *   `url` is where it will answer, from `s3EngineUrl`
 * @returns {Promise<S3Engine | { missing: string }>} `missing` says why there is none
 */
export async function startS3Engine({ install, url }) {
  const missing = await getCeph({ install })
  if (missing !== undefined) return { missing }
  // Not in the repository: the path of a socket has room for a hundred characters.
  const folder = mkdtempSync(join(tmpdir(), 'lading-s3-'))
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < roomBytes) {
    rmSync(folder, { recursive: true })
    return { missing: `no room: it wants ${roomBytes / 2 ** 30} GiB in ${tmpdir()}` }
  }
  // Whoever is stopped in the middle leaves nothing behind either.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const node = new CephNode(folder, new URL(url))
  try {
    await node.start()
    return { url, stop: () => node.stop() }
  } catch (error) {
    await node.stop()
    return { missing: `it did not start: ${error instanceof Error ? error.message : String(error)}` }
  }
}

class CephNode {
  #folder
  #url
  /** @type {import('./daemon.mjs').Daemon[]} */
  #daemons = []
  #untilMs = Date.now() + patienceMs

  /** @param {string} folder @param {URL} url */
  constructor(folder, url) {
    this.#folder = folder
    this.#url = url
  }

  async start() {
    const monPort = await freePort()
    const fsid = randomUUID()
    const conf = cephConf({ folder: this.#folder, fsid, monPort, s3Port: Number(this.#url.port) })
    writeFileSync(join(this.#folder, 'ceph.conf'), conf, { mode: 0o600 })
    for (const name of ['mon', 'osd']) mkdirSync(join(this.#folder, name))
    await this.#makeKeys()
    await this.#startMonitor(fsid, monPort)
    await this.#startStore()
    this.#start('radosgw', ['-f', '-n', 'client.rgw'])
    await this.#until(() => answers(this.#url.origin), 'the gateway')
    await this.#makeUser()
  }

  async stop() {
    for (const daemon of this.#daemons.reverse()) await daemon.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #makeKeys() {
    const keyring = join(this.#folder, 'keyring')
    await this.#run('ceph-authtool', ['--create-keyring', keyring])
    const all = /** @type {const} */ (['mon', 'osd', 'mgr']).flatMap((of) => ['--cap', of, 'allow *'])
    const caps = {
      'mon.': ['--cap', 'mon', 'allow *'],
      'client.admin': all,
      'osd.0': ['--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
      'client.rgw': ['--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx'],
    }
    for (const [name, given] of Object.entries(caps)) {
      await this.#run('ceph-authtool', [keyring, '--gen-key', '-n', name, ...given])
    }
  }

  /** @param {string} fsid @param {number} port */
  async #startMonitor(fsid, port) {
    const map = join(this.#folder, 'monmap')
    const keyring = join(this.#folder, 'keyring')
    const address = `[v2:127.0.0.1:${port}]`
    await this.#run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, map])
    await this.#ceph('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring])
    this.#start('ceph-mon', ['-f', '-i', 'a'])
    const imports = ['--connect-timeout', '5', 'auth', 'import', '-i', keyring]
    await this.#until(() => this.#succeeds('ceph', imports), 'the monitor')
  }

  async #startStore() {
    const id = randomUUID()
    await this.#ceph('ceph', ['osd', 'new', id])
    await this.#ceph('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', id])
    this.#start('ceph-osd', ['-f', '-i', '0'])
  }

  async #makeUser() {
    const { username, password } = this.#url
    const keys = [`--access-key=${username}`, `--secret-key=${password}`]
    const user = ['user', 'create', '--uid=lading', '--display-name=Lading', ...keys]
    await this.#ceph('radosgw-admin', ['-n', 'client.rgw', ...user])
  }

  /** @param {string} program @param {readonly string[]} args */
  #start(program, args) {
    this.#daemons.push(startDaemon(program, ['-c', join(this.#folder, 'ceph.conf'), ...args]))
  }

  /** @param {string} program @param {readonly string[]} args */
  #ceph(program, args) {
    return this.#run(program, ['-c', join(this.#folder, 'ceph.conf'), ...args])
  }

  /** @param {string} program @param {readonly string[]} args */
  async #run(program, args) {
    const { code, output } = await runCommand(program, args, { capture: true, limitMs: patienceMs })
    if (code !== 0) throw new Error(`${program} ended with code ${code}: ${output.trim().slice(-500)}`)
  }

  /** @param {string} program @param {readonly string[]} args */
  async #succeeds(program, args) {
    const conf = ['-c', join(this.#folder, 'ceph.conf')]
    return (await runCommand(program, [...conf, ...args], { capture: true, limitMs: 15_000 })).code === 0
  }

  /** @param {() => Promise<boolean>} isReady @param {string} what */
  async #until(isReady, what) {
    while (!(await isReady())) {
      const ended = this.#daemons.find((daemon) => daemon.hasEnded())
      if (ended) throw new Error(`${ended.name} ended by itself`)
      if (Date.now() > this.#untilMs) throw new Error(`${what} did not answer in ${patienceMs / 1000} s`)
      await sleep(pollMs)
    }
  }
}

/** @param {string} origin */
async function answers(origin) {
  try {
    return (await fetch(origin)).ok
  } catch {
    return false
  }
}
