/** Bare XHR PUTs of slices, so many at a time: what can be had at all. */
export async function sendPieces(
  file: File,
  given: { readonly url: string; readonly lanes: number; readonly pieceBytes: number },
): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < file.size) {
      const offset = next
      next += given.pieceBytes
      const joint = given.url.includes('?') ? '&' : '?'
      const piece = file.slice(offset, offset + given.pieceBytes, 'application/octet-stream')
      await put(`${given.url}${joint}offset=${offset}`, piece)
    }
  }
  await Promise.all(Array.from({ length: given.lanes }, lane))
}

function put(url: string, body: Blob): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', url)
    request.onload = () =>
      request.status < 300 ? resolve() : reject(new Error(`The server answered ${request.status}`))
    request.onerror = () => reject(new Error('The request broke'))
    request.send(body)
  })
}
