import { availableParallelism } from 'node:os'
import { say } from './bootstrap/say.mjs'
import { typePrograms } from './typecheck/programs.mjs'
import { checkTypes } from './typecheck/run-compiler.mjs'

const waiting = typePrograms()
let failed = 0

async function worker() {
  for (let program = waiting.shift(); program !== undefined; program = waiting.shift()) {
    const { ok, output, seconds } = await checkTypes(program)
    say(`${ok ? 'types hold' : 'TYPE ERRORS'} in ${program.config} (${seconds} s)`)
    if (!ok) console.log(output)
    failed += ok ? 0 : 1
  }
}

await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
process.exitCode = failed === 0 ? 0 : 1
