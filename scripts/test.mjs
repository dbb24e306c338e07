import { say } from './bootstrap/say.mjs'
import { bootstrap } from './bootstrap.mjs'
import { failedOnce } from './test/step.mjs'
import { steps } from './test/steps.mjs'

/** @param {readonly string[]} args @returns {readonly import('./test/step.mjs').Step[]} */
function chosenSteps(args) {
  const [flag, value, ...rest] = args.flatMap((arg) => arg.split('='))
  if (flag === undefined) return steps
  const names = steps.map((step) => step.name)
  const wanted = (value ?? '').split(',')
  if (flag !== '--only' || rest.length > 0 || !wanted.every((name) => names.includes(name))) {
    throw new Error(`usage: npm test -- [--only <step>,<step>…], steps: ${names.join(', ')}`)
  }
  return steps.filter((step) => wanted.includes(step.name))
}

/** @param {import('./test/step.mjs').Step} step @param {Record<string, string>} env */
async function runStep(step, env) {
  say(`— ${step.name}`)
  const startedAt = performance.now()
  const result = await step.run(env).catch((error) => failedOnce(`${step.name}: ${error?.stack ?? error}`))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  return { name: step.name, seconds, ...result }
}

/** @param {readonly string[]} args */
async function main(args) {
  const chosen = chosenSteps(args)
  const { chromiumPath } = await bootstrap({ browser: chosen.some((step) => step.needsBrowser) })
  const results = []
  for (const step of chosen) {
    results.push(await runStep(step, chromiumPath === undefined ? {} : { CHROMIUM_PATH: chromiumPath }))
  }
  return report(results)
}

/** @param {readonly Awaited<ReturnType<typeof runStep>>[]} results @returns {number} how many failed */
function report(results) {
  console.log('')
  for (const { name, seconds, passed, failures, skipped } of results) {
    console.log(
      `${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${seconds.padStart(6)} s  ${passed} passed`,
    )
    for (const failure of failures) console.log(`       failed: ${failure}`)
    for (const skip of skipped) console.log(`       skipped: ${skip}`)
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failures.length, 0)
  const skipped = results.reduce((sum, result) => sum + result.skipped.length, 0)
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed
}

try {
  process.exitCode = (await main(process.argv.slice(2))) === 0 ? 0 : 1
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
