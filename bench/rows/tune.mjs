import { randomFile } from '../lib/make-files.mjs'
import { interleave, ratios } from '../lib/measures.mjs'
import { openSender, sendByLading, sendRaw, speeds } from './contenders.mjs'

/** @type {Record<string, import('../pages/upload.ts').LadingGiven>} */
const variants = {
  'the defaults': {},
  '6 requests': { requests: 6 },
  '3 requests': { requests: 3 },
  '2 requests': { requests: 2 },
  '1 chunk a part': { chunksPerPart: 1 },
  '2 chunks a part': { chunksPerPart: 2 },
  '3 chunks a part': { chunksPerPart: 3 },
  '8 chunks a part': { chunksPerPart: 8 },
  '1 chunk a part, 6 requests': { chunksPerPart: 1, requests: 6 },
  'no integrity': { integrity: false },
}

/** Which defaults are best: the same file with others. @type {import('../lib/bench-context.mjs').Row} */
export async function tune({ browser, options, startSink }) {
  const file = randomFile(options.sizeMb)
  const sink = await startSink([file])
  const page = await openSender(browser, sink.origin, file.path)
  await sendRaw(page)
  const times = await interleave(
    {
      raw: () => sendRaw(page),
      hashing: () => sendRaw(page, { isHashing: true }),
      ...Object.fromEntries(
        Object.entries(variants).map(([name, given]) => [name, () => sendByLading(page, given)]),
      ),
    },
    options.rounds,
  )
  const of = (/** @type {string} */ name) =>
    speeds(times[/** @type {keyof typeof times} */ (name)], file.size)
  return Object.keys(variants).map((name) => ({
    name: `${name}, against raw, hashing beside`,
    unit: '×',
    samples: ratios(of(name), of('hashing')),
  }))
}
