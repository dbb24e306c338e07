import { Line } from './line.mjs'
import { listen } from './listen.mjs'
import { NativeSink } from './native-sink.mjs'

/** A server that takes bytes and drops them, at `/raw` and as the native protocol at `/uploads`. */
const { files } = JSON.parse(process.argv[2] ?? '{}')
const line = new Line()
const native = new NativeSink(files, line)

/** @type {import('./listen.mjs').Handler} */
const raw = (request, response, { pathname }) => {
  if (pathname !== '/raw') return false
  request.on('data', (piece) => line.carry(request, piece.length))
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  return true
}

listen([raw, native.handle], {
  speed: ({ bytesPerSecond }) => {
    line.bytesPerSecond = bytesPerSecond
  },
  firstByte: () => native.firstByteAtMs,
  forget: () => {
    native.firstByteAtMs = 0
  },
})
