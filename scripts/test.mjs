import { say } from './bootstrap/say.mjs'
import { bootstrap } from './bootstrap.mjs'
import { s3EngineUrl } from './s3-engine/s3-engine-url.mjs'
import { startS3Engine } from './s3-engine/start-s3-engine.mjs'
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
  const env = chromiumPath === undefined ? {} : { CHROMIUM_PATH: chromiumPath }
  // Gets ready beside the steps that can do without it.
  const preparing = chosen.some((step) => step.needsS3) ? prepareS3() : undefined
  const results = []
  try {
    for (const step of chosen) {
      const s3 = step.needsS3 ? await preparing : undefined
      const result = await runStep(step, s3?.url === undefined ? env : { ...env, LADING_TEST_S3: s3.url })
      results.push(result)
    }
  } finally {
    await (await preparing)?.stop?.()
  }
  return report(results)
}

/**
 * An S3 engine for the tests: the one that `LADING_TEST_S3` names, or one of our own. Without one, tests are skipped.
 * @returns {Promise<{ url?: string, stop?: () => Promise<void> }>}
 */
async function prepareS3() {
  const { LADING_TEST_S3: given } = process.env
  if (given) return { url: given }
  // Asked to stop, take the engine along: daemons die with the event, not with the signal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  const engine = await startS3Engine({ install: true, url: await s3EngineUrl() })
  if (!('missing' in engine)) return engine
  say(`NO S3 ENGINE, so what needs one is skipped: Ceph is ${engine.missing}`)
  return {}
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
  if (skipped > 0) console.log(`${skipped} skipped`)
  console.log(`${passed} passed, ${failed} failed`)
  return failed
}

try {
  process.exitCode = (await main(process.argv.slice(2))) === 0 ? 0 : 1
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
