import { mebibyte, randomFile } from '../lib/make-files.mjs'
import { atLeast, interleave, ratios } from '../lib/measures.mjs'
import { openSender, sendByLading, sendRaw, speeds } from './contenders.mjs'

/** Where a line is this slow, less is sent, so that a round takes no minute. */
const lines = [
  { name: '1 Gbit/s', bytesPerSecond: 1e9 / 8, mostMb: 512 },
  { name: '100 Mbit/s', bytesPerSecond: 1e8 / 8, mostMb: 96 },
]
const mostRounds = 3

/** The same through a line that is the bottleneck. @type {import('../lib/bench-context.mjs').Row} */
export async function slow({ browser, options, startSink }) {
  const measures = []
  for (const { name, bytesPerSecond, mostMb } of lines) {
    const file = randomFile(Math.min(mostMb, options.sizeMb))
    const sink = await startSink([file])
    const page = await openSender(browser, sink.origin, file.path)
    await sendRaw(page)
    await sink.control('speed', { bytesPerSecond })
    const rounds = Math.min(options.rounds, mostRounds)
    const times = await interleave({ raw: () => sendRaw(page), lading: () => sendByLading(page) }, rounds)
    const raw = speeds(times.raw, file.size)
    const lading = speeds(times.lading, file.size)
    const sent = `${name}, ${file.size / mebibyte} MiB`
    measures.push(
      { name: `${sent}: raw`, unit: 'MiB/s', samples: raw },
      { name: `${sent}: Lading`, unit: 'MiB/s', samples: lading },
      { name: `${sent}: Lading against raw`, unit: '×', samples: ratios(lading, raw), budget: atLeast(0.98) },
    )
    await page.close()
  }
  return measures
}
