import { request } from 'node:http'

const PIECE = 1024 * 1024

/** Sends this many bytes of nothing in particular. */
export async function sendNothingInParticular(url: string, offset: number, length: number): Promise<void> {
  const piece = Buffer.alloc(PIECE, 7)
  await new Promise<void>((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': length,
      'Upload-Offset': offset,
    }
    const outgoing = request(url, { method: 'PATCH', headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      )
    })
    outgoing.on('error', reject)
    let rest = length
    const write = (): void => {
      while (rest > 0) {
        rest -= PIECE
        if (!outgoing.write(piece)) {
          outgoing.once('drain', write)
          return
        }
      }
      outgoing.end()
    }
    write()
  })
}

/** Sends some of a part and then no more, until the connection is cut. */
export async function sendSlowly(
  origin: string,
  id: string,
  file: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.byteLength,
      'Upload-Offset': 0,
    }
    const outgoing = request(`${origin}/uploads/${id}`, { method: 'PATCH', headers })
    outgoing.on('response', (response) => {
      response.resume()
      outgoing.destroy()
    })
    outgoing.on('error', () => undefined)
    outgoing.on('close', () => resolve())
    outgoing.write(file.slice(0, bytes))
  })
}
