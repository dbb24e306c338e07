import { call } from '../lib/browser.mjs'
import { randomFile } from '../lib/make-files.mjs'
import { atLeast, interleave, ratios } from '../lib/measures.mjs'
import { openSender, sendRaw, speeds } from './contenders.mjs'

/** One large file to a sink that drops it, beside bare loops. @type {import('../lib/bench-context.mjs').Row} */
export async function wire({ browser, options, startSink }) {
  const file = randomFile(options.sizeMb)
  const sink = await startSink([file])
  const page = await openSender(browser, sink.origin, file.path)
  await sendRaw(page)
  /** @type {Record<string, number[]>} */
  const cpu = { raw: [], hashing: [], lading: [] }
  /** @type {number[]} */
  const tails = []
  const used = async () => (await browser.cpuSeconds()) + (await sink.control('cpu'))
  /** @param {string} name @param {() => Promise<number>} send */
  const counted = (name, send) => async () => {
    const before = await used()
    const ms = await send()
    cpu[name]?.push((await used()) - before)
    return ms
  }
  const times = await interleave(
    {
      raw: counted('raw', () => sendRaw(page)),
      hashing: counted('hashing', () => sendRaw(page, { isHashing: true })),
      lading: counted('lading', async () => {
        const { ms, tailMs } = await call(page, 'sendByLading', {})
        tails.push(tailMs)
        return ms
      }),
      uppy: () => call(page, 'sendByUppy', { url: '/raw' }),
    },
    options.rounds,
  )
  const speed = (/** @type {keyof typeof times} */ name) => speeds(times[name], file.size)
  return [
    { name: 'raw: six bare XHR PUTs of 8 MiB', unit: 'MiB/s', samples: speed('raw') },
    { name: 'raw, hashing beside', unit: 'MiB/s', samples: speed('hashing') },
    { name: 'Uppy XHR, one request, no digests', unit: 'MiB/s', samples: speed('uppy') },
    { name: 'Lading', unit: 'MiB/s', samples: speed('lading') },
    {
      name: 'Lading against raw, hashing beside',
      unit: '×',
      samples: ratios(speed('lading'), speed('hashing')),
      budget: atLeast(0.95),
    },
    {
      name: 'Lading against raw',
      unit: '×',
      samples: ratios(speed('lading'), speed('raw')),
      budget: atLeast(0.65),
    },
    { name: 'Lading, after the last byte was there', unit: 'ms', samples: tails },
    { name: 'CPU of raw', unit: 's', samples: cpu['raw'] ?? [] },
    { name: 'CPU of raw, hashing beside', unit: 's', samples: cpu['hashing'] ?? [] },
    { name: 'CPU of Lading', unit: 's', samples: cpu['lading'] ?? [] },
  ]
}
