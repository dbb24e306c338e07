// The published tus server as a process of its own: `node tus-server-process.mjs <folder> <port> [<hold after bytes>]`.
// Says its port; with a third argument it writes so many bytes of a request, says `held`, and takes no more.
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [directory = '', port = '0', holdAfter] = process.argv.slice(2)

class HeldStore extends FileStore {
  /**
   * @override
   * @param {Readable} stream
   * @param {string} id
   * @param {number} offset
   */
  write(stream, id, offset) {
    return super.write(holdAfter ? Readable.from(held(stream, Number(holdAfter))) : stream, id, offset)
  }
}

/** @param {Readable} stream @param {number} bytes */
async function* held(stream, bytes) {
  let left = bytes
  for await (const piece of stream) {
    yield piece.subarray(0, left)
    left -= piece.length
    if (left > 0) continue
    process.stdout.write('held\n')
    await new Promise(() => {})
  }
}

const tus = new Server({ path: '/files', datastore: new HeldStore({ directory }) })
const http = createServer((request, response) => tus.handle(request, response))
http.listen(Number(port), '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (http.address())
  process.stdout.write(`port ${address.port}\n`)
})
