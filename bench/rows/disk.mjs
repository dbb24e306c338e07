import { call } from '../lib/browser.mjs'
import { randomFile } from '../lib/make-files.mjs'
import { atLeast, interleave, ratios } from '../lib/measures.mjs'
import { openSender, sendRaw, speeds } from './contenders.mjs'

/** One large file to the real server on disk, beside the least such a server could do. @type {import('../lib/bench-context.mjs').Row} */
export async function disk({ browser, options, startDisk }) {
  const file = randomFile(options.sizeMb)
  const { origin } = await startDisk()
  const page = await openSender(browser, origin, file.path)
  let runs = 0
  const remove = async (/** @type {string} */ url) => {
    const { ok, status } = await fetch(url, { method: 'DELETE' })
    if (!ok) throw new Error(`Removing what was sent was answered ${status}`)
  }
  /** @param {boolean} isHashing */
  const toBare = async (isHashing) => {
    const url = `/bare?run=${++runs}`
    const ms = await sendRaw(page, { url, isHashing })
    await remove(origin + url)
    return ms
  }
  const toLading = async () => {
    const { ms, resultUrl } = await call(page, 'sendByLading', {})
    await remove(resultUrl)
    return ms
  }
  await toBare(false)
  await toLading()
  const times = await interleave(
    { raw: () => toBare(false), hashing: () => toBare(true), lading: toLading },
    options.rounds,
  )
  const speed = (/** @type {keyof typeof times} */ name) => speeds(times[name], file.size)
  return [
    { name: 'raw, to a bare server that writes and syncs', unit: 'MiB/s', samples: speed('raw') },
    { name: 'raw, hashing beside, to that server', unit: 'MiB/s', samples: speed('hashing') },
    { name: 'Lading, to its own server', unit: 'MiB/s', samples: speed('lading') },
    {
      name: 'Lading against raw',
      unit: '×',
      samples: ratios(speed('lading'), speed('raw')),
      budget: atLeast(0.9),
    },
    {
      name: 'Lading against raw, hashing beside',
      unit: '×',
      samples: ratios(speed('lading'), speed('hashing')),
      budget: atLeast(0.9),
    },
  ]
}
