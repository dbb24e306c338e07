import { call } from '../lib/browser.mjs'
import { atMost, median, ratios } from '../lib/measures.mjs'

const counts = [100, 1000, 10_000, 100_000]
// V8 copies objects of up to 1,020 keys fast, so 1,000 alone would flatter Uppy.
const countsOfUppy = [100, 1000, 2000, 10_000]

/**
 * @typedef {object} Case
 * @property {'tick' | 'tickOfUppy'} call
 * @property {number} uploads
 * @property {Omit<import('../pages/tick.ts').TickGiven, 'uploads'>} how
 */

/** @type {readonly Case[]} */
const cases = [
  ...counts.map((uploads) => ({
    call: /** @type {const} */ ('tick'),
    uploads,
    how: { ticks: 2000, samples: 20, warmUps: 10 },
  })),
  ...countsOfUppy.map((uploads) => ({
    call: /** @type {const} */ ('tickOfUppy'),
    uploads,
    how: uploads > 1020 ? { ticks: 20, samples: 4, warmUps: 1 } : { ticks: 200, samples: 20, warmUps: 10 },
  })),
]

/** One progress event through to the watchers, with ever more uploads on the list. @type {import('../lib/bench-context.mjs').Row} */
export async function tick({ browser, options, startSink }) {
  const { origin } = await startSink([])
  const found = cases.map((one) => ({ ...one, samples: /** @type {number[]} */ ([]) }))
  for (let round = 0; round < options.rounds; round++) {
    for (const { call: name, uploads, how, samples } of found) {
      const page = await browser.open(origin, 'tick')
      samples.push(median(await call(page, name, { uploads, ...how })))
      await page.close()
    }
  }
  const of = (/** @type {number} */ uploads) =>
    found.find((one) => one.call === 'tick' && one.uploads === uploads)?.samples ?? []
  return [
    ...found.map(({ call: name, uploads, samples }) => ({
      name: `${name === 'tick' ? '' : 'Uppy, '}${uploads.toLocaleString('en')} uploads`,
      unit: 'µs',
      samples,
      ...(name === 'tick' && { budget: atMost(5) }),
    })),
    {
      name: '100,000 against 1,000',
      unit: '×',
      samples: ratios(of(100_000), of(1000)),
      budget: atMost(2),
    },
  ]
}
