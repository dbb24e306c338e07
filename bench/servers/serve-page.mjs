import { readFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { pagesBuilt } from '../lib/places.mjs'

/** @type {Record<string, string>} */
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/**
 * One of the bundled pages' files. The pages are isolated, which gives their clock a resolution of 5 µs, not 100.
 * @param {import('node:http').ServerResponse} response
 * @param {URL} url
 */
export function servePage(response, url) {
  const path = join(pagesBuilt, normalize(decodeURIComponent(url.pathname)))
  const type = types[extname(path)]
  try {
    const body = readFileSync(path)
    response.writeHead(200, {
      'content-type': type ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
}
