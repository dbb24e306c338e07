import { runCommand } from '../bootstrap/run-command.mjs'

const compilers = {
  tsc: 'node_modules/typescript/bin/tsc',
  'vue-tsc': 'node_modules/vue-tsc/bin/vue-tsc.js',
}

/**
 * Checks one program, reusing what an earlier run has learned.
 * @param {import('./programs.mjs').TypeProgram} program
 * @returns {Promise<{ ok: boolean, output: string, seconds: string }>}
 */
export async function checkTypes({ config, compiler }) {
  const startedAt = performance.now()
  const memory = `.cache/types/${config.replaceAll('/', '.')}.tsbuildinfo`
  const args = [compilers[compiler], '--noEmit', '--incremental', '--tsBuildInfoFile', memory, '-p', config]
  const { code, output } = await runCommand(process.execPath, args, { capture: true })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  return { ok: code === 0, output, seconds }
}
