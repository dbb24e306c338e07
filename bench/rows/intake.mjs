import { call, folderInput } from '../lib/browser.mjs'
import { folderOfFiles } from '../lib/make-files.mjs'
import { atMost } from '../lib/measures.mjs'

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {import('../pages/intake.ts').IntakeGiven} given
 * @property {number} [folder] so many real files are picked
 * @property {boolean} [isUppy]
 * @property {number} [budgetMs]
 */

/** @type {readonly Case[]} */
const cases = [
  { name: '1,000 files', given: { count: 1000 } },
  { name: '10,000 files', given: { count: 10_000 }, budgetMs: 100 },
  { name: '100,000 files', given: { count: 100_000 }, budgetMs: 1000 },
  { name: '100,000 files, uploads begin', given: { count: 100_000, isAutoStarted: true }, budgetMs: 1000 },
  { name: '1,000 files of a folder on disk', given: {}, folder: 1000 },
  { name: '10,000 files of a folder on disk', given: {}, folder: 10_000, budgetMs: 100 },
  { name: 'Uppy, 1,000 files of a folder on disk', given: {}, folder: 1000, isUppy: true },
  { name: 'Uppy, 1,000 files', given: { count: 1000 }, isUppy: true },
  { name: 'Uppy, 5,000 files', given: { count: 5000 }, isUppy: true },
]

/** The browser's own part, which is not measured, takes long for many files. */
const pickingMs = 120_000

/** From `add` until every file is on the list. @type {import('../lib/bench-context.mjs').Row} */
export async function intake({ browser, options, startSink }) {
  const { origin } = await startSink([])
  const found = cases.map((one) => ({
    one,
    times: /** @type {import('../pages/intake.ts').IntakeTimes[]} */ ([]),
  }))
  for (let round = 0; round < options.rounds; round++) {
    const shared = await browser.open(origin, 'intake')
    for (const { one, times } of found) {
      // A browser remembers what it has read of a picked file, so those get a page of their own.
      const page = one.folder === undefined ? shared : await browser.open(origin, 'intake')
      if (one.folder !== undefined) {
        await page.setInputFiles(folderInput, folderOfFiles(one.folder), { timeout: pickingMs })
      }
      times.push(await call(page, one.isUppy ? 'intakeOfUppy' : 'intake', one.given))
      if (page !== shared) await page.close()
    }
    await shared.close()
  }
  return found.flatMap(({ one: { name, budgetMs, isUppy }, times }) => [
    {
      name,
      unit: 'ms',
      samples: times.map(({ totalMs }) => totalMs),
      ...(budgetMs !== undefined && { budget: atMost(budgetMs) }),
    },
    {
      name: `${name}: longest task`,
      unit: 'ms',
      samples: times.map(({ longestTaskMs }) => longestTaskMs),
      ...(!isUppy && { budget: atMost(50) }),
    },
  ])
}
