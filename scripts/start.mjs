import { say } from './bootstrap/say.mjs'
import { bootstrap } from './bootstrap.mjs'
import { s3EngineUrl } from './s3-engine/s3-engine-url.mjs'
import { startS3Engine } from './s3-engine/start-s3-engine.mjs'
import { portIsFree } from './start/port-is-free.mjs'
import { startStorybook } from './start/storybook-process.mjs'
import { storybooks } from './start/storybooks.mjs'
import { untilAnswering } from './start/until-answering.mjs'
import { untilAskedToStop } from './start/until-asked-to-stop.mjs'

const host = process.env.HOST || '127.0.0.1'

/** @returns {Promise<number>} the exit code */
async function main() {
  await bootstrap({ browser: false })
  const [react, vue] = storybooks({ host, port: readPort() })
  for (const { title, port } of [react, vue]) {
    if (!(await portIsFree(host, port))) {
      say(
        `port ${port} for the ${title} Storybook is taken; free it, or choose another with PORT=… npm start`,
      )
      return 1
    }
  }
  return runBoth(react, vue)
}

/** @param {import('./start/storybooks.mjs').Storybook} react @param {import('./start/storybooks.mjs').Storybook} vue */
async function runBoth(react, vue) {
  say('starting both Storybooks, each with an upload server at /uploads')
  const s3 = process.env.LADING_TEST_S3 || (await s3EngineUrl())
  const env = { LADING_VUE_STORYBOOK: vue.url, LADING_TEST_S3: s3 }
  const engine = process.env.LADING_TEST_S3 ? undefined : startForStories(s3)
  const stopping = new AbortController()
  const asked = untilAskedToStop().then(() => {
    stopping.abort()
    return 0
  })
  const processes = [react, vue].map((storybook) => startStorybook(storybook, { host, env }))
  const answering = [react, vue].map(({ port }) => untilAnswering(`http://${host}:${port}`, stopping.signal))
  Promise.all(answering).then(
    () => say(`ready: React at ${react.url} (with Vue beside it), Vue at ${vue.url}`),
    () => {}, // stopped before it was ready
  )
  const ended = Promise.race(processes.map((storybook) => storybook.ended)).then((code) => {
    if (!stopping.signal.aborted) say(`a Storybook ended by itself (exit code ${code}), stopping the other`)
    return code || 1
  })
  const code = await Promise.race([asked, ended])
  stopping.abort()
  await Promise.all(processes.map((storybook) => storybook.stop()))
  await (await engine)?.stop()
  return code
}

/** A bucket for the stories on S3, beside the Storybooks: they wait for nobody. @param {string} url */
async function startForStories(url) {
  const engine = await startS3Engine({ install: true, url })
  if (!('missing' in engine)) return engine
  say(`no S3 engine, so the story Protocols/S3 has nothing to upload to: Ceph is ${engine.missing}`)
  return undefined
}

function readPort() {
  const port = Number(process.env.PORT || 6006)
  if (Number.isInteger(port) && port > 0 && port < 65_535) return port
  throw new TypeError(
    `Expected \`PORT\` to be a port number below 65535, got \`${process.env.PORT}\` (string)`,
  )
}

try {
  process.exitCode = await main()
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
