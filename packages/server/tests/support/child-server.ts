import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'
import { onTestFinished } from 'vitest'

const packageDir = fileURLToPath(new URL('../../', import.meta.url))

/** Builds the command line as it is published; the answer is where, and how to remove it. */
export async function buildCli(): Promise<{ cli: string; remove: () => Promise<void> }> {
  const { outDir, remove } = await buildEntries(['src/index.ts', 'src/cli.ts'])
  return { cli: join(outDir, 'cli.mjs'), remove }
}

/** Builds some entries, such that node can run them from a folder of its own. */
export async function buildEntries(
  entry: readonly string[],
): Promise<{ outDir: string; remove: () => Promise<void> }> {
  // Inside the package, so that node finds its package.json and knows these are modules.
  const outDir = await mkdtemp(join(packageDir, 'node_modules', '.cli-'))
  await build({
    cwd: packageDir,
    config: false,
    entry: [...entry],
    format: 'esm',
    platform: 'node',
    fixedExtension: true,
    outDir,
    dts: false,
    logLevel: 'silent',
  })
  return { outDir, remove: () => rm(outDir, { recursive: true, force: true }) }
}

/** The command line at work. */
export interface Child {
  readonly process: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Runs the command line until the test is over. */
export function runCli(cli: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    output += String(data)
  })
  child.stderr.on('data', (data) => {
    errors += String(data)
  })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { process: child, output: () => output, errors: () => errors, ended }
}

/** Waits for the line with the URL; the answer is its origin. */
export async function originOf(child: Child): Promise<string> {
  for (;;) {
    const url = /http:\/\/\S+/.exec(child.output())?.[0]
    if (url) return new URL(url).origin
    const isOver = await Promise.race([
      child.ended.then(() => true),
      new Promise((go) => setTimeout(go, 10, false)),
    ])
    if (isOver) throw new Error(`The server ended: ${child.errors()}`)
  }
}
