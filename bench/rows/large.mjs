import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../lib/browser.mjs'
import { randomFile, sparseFile } from '../lib/make-files.mjs'
import { atMost } from '../lib/measures.mjs'
import { openSender, sendByLading } from './contenders.mjs'

const hugeMb = 10 * 1024
const waitMs = 20_000

/** How soon a huge file begins, and what a page holds while it sends. @type {import('../lib/bench-context.mjs').Row} */
export async function large({ options, startSink, launchAnother }) {
  const huge = sparseFile(hugeMb)
  const file = randomFile(options.sizeMb)
  const sink = await startSink([huge, file])
  const firstBytes = []
  /** @type {Held[]} */
  const held = []
  // In a browser of its own, where nothing else is held.
  const browser = await launchAnother()
  for (let round = 0; round < options.rounds; round++) {
    const page = await openSender(browser, sink.origin, huge.path)
    firstBytes.push(await firstByte(page, sink))
    await page.close()
  }
  for (let round = 0; round < Math.min(options.rounds, 3); round++) {
    const page = await openSender(browser, sink.origin, file.path)
    held.push(await whileSending(page, browser))
    await page.close()
  }
  const memory = (/** @type {keyof Held} */ name) => held.map((one) => one[name])
  return [
    { name: 'first byte of 10 GiB at the server', unit: 'ms', samples: firstBytes, budget: atMost(200) },
    {
      name: `page while it sends ${options.sizeMb} MiB, most memory of its own`,
      unit: 'MiB',
      samples: memory('ownMb'),
      budget: atMost(200),
    },
    { name: 'the same before it sends', unit: 'MiB', samples: memory('beforeMb') },
    { name: 'the same with the program all pages share', unit: 'MiB', samples: memory('residentMb') },
    { name: 'most JavaScript heap', unit: 'MiB', samples: memory('heapMb') },
  ]
}

/** @param {import('playwright').Page} page @param {import('../lib/server-process.mjs').ServerProcess} sink */
async function firstByte(page, sink) {
  await sink.control('forget', {})
  const startedAt = await call(page, 'begin', { endpoint: '/uploads' })
  for (let waited = 0; waited < waitMs; waited += 50) {
    const cameAt = await sink.control('firstByte')
    if (cameAt > 0) {
      await call(page, 'cancel', null)
      return cameAt - startedAt
    }
    await sleep(50)
  }
  throw new Error(`No byte came within ${waitMs} ms`)
}

/** @typedef {{ ownMb: number, beforeMb: number, residentMb: number, heapMb: number }} Held */

/**
 * The most that is held, looked at every 25 ms.
 * @param {import('playwright').Page} page
 * @param {import('../lib/browser.mjs').BenchBrowser} browser
 * @returns {Promise<Held>}
 */
async function whileSending(page, browser) {
  const { own: beforeMb = Number.NaN } = (await browser.pageMemoryMb()) ?? {}
  const most = { ownMb: 0, beforeMb, residentMb: 0, heapMb: 0 }
  let isSending = true
  const sending = sendByLading(page).finally(() => {
    isSending = false
  })
  while (isSending) {
    const { own = Number.NaN, resident = Number.NaN } = (await browser.pageMemoryMb()) ?? {}
    most.ownMb = Math.max(most.ownMb, own)
    most.residentMb = Math.max(most.residentMb, resident)
    most.heapMb = Math.max(most.heapMb, await call(page, 'heapMb', null))
    await sleep(25)
  }
  await sending
  return most
}
