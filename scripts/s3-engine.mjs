import { say } from './bootstrap/say.mjs'
import { s3EngineUrl } from './s3-engine/s3-engine-url.mjs'
import { startS3Engine } from './s3-engine/start-s3-engine.mjs'
import { untilAskedToStop } from './start/until-asked-to-stop.mjs'

// For work on what speaks S3: `node scripts/s3-engine.mjs`, and LADING_TEST_S3 as it says in another terminal.
const engine = await startS3Engine({ install: true, url: await s3EngineUrl() })
if ('missing' in engine) {
  say(`no S3 engine: ${engine.missing}`)
  process.exitCode = 1
} else {
  say(`an S3 engine is ready: export LADING_TEST_S3=${engine.url}`)
  await untilAskedToStop()
  await engine.stop()
}
