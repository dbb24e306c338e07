import { call } from '../lib/browser.mjs'
import { atMost, median } from '../lib/measures.mjs'

const counts = [100, 1000, 10_000, 100_000]

/** One progress event through to the watchers, with ever more uploads on the list. @type {import('../lib/bench-context.mjs').Row} */
export async function tick({ browser, options, startSink }) {
  const { origin } = await startSink([])
  const given = { ticks: 2000, samples: 20, warmUps: 10 }
  /** @type {Map<string, number[]>} */
  const found = new Map()
  for (let round = 0; round < options.rounds; round++) {
    for (const uploads of counts) {
      await sample('tick', uploads, given)
      if (uploads <= 10_000)
        await sample(
          'tickOfUppy',
          uploads,
          uploads > 1000 ? { ticks: 20, samples: 4, warmUps: 1 } : { ticks: 200, samples: 10, warmUps: 5 },
        )
    }
  }

  /** @param {'tick' | 'tickOfUppy'} name @param {number} uploads @param {Omit<import('../pages/tick.ts').TickGiven, 'uploads'>} how */
  async function sample(name, uploads, how) {
    const page = await browser.open(origin, 'tick')
    const times = await call(page, name, { uploads, ...how })
    await page.close()
    const key = `${name} ${uploads}`
    found.set(key, [...(found.get(key) ?? []), median(times)])
  }

  const of = (/** @type {string} */ name, /** @type {number} */ uploads) =>
    found.get(`${name} ${uploads}`) ?? []
  const many = of('tick', 100_000)
  const few = of('tick', 1000)
  return [
    ...counts.map((uploads) => ({
      name: `${uploads.toLocaleString('en')} uploads`,
      unit: 'µs',
      samples: of('tick', uploads),
      budget: atMost(5),
    })),
    {
      name: '100,000 against 1,000',
      unit: '×',
      samples: many.map((us, round) => us / (few[round] ?? 0)),
      budget: atMost(2),
    },
    ...counts
      .filter((uploads) => uploads <= 10_000)
      .map((uploads) => ({
        name: `Uppy, ${uploads.toLocaleString('en')} uploads`,
        unit: 'µs',
        samples: of('tickOfUppy', uploads),
      })),
  ]
}
