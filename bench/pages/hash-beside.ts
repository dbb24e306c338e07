const program = `onmessage = async ({ data }) => {
  const digest = await crypto.subtle.digest('SHA-256', await data.arrayBuffer())
  postMessage(digest, [digest])
}`

/** The best bare pipeline known: two workers, one read and one digest a piece, nobody waits for the network. */
export async function hashBeside(file: File, pieceBytes: number): Promise<void> {
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  let next = 0
  const lane = async (): Promise<void> => {
    const worker = new Worker(url)
    while (next < file.size) {
      const piece = file.slice(next, next + pieceBytes)
      next += pieceBytes
      await digest(worker, piece)
    }
    worker.terminate()
  }
  await Promise.all([lane(), lane()])
  URL.revokeObjectURL(url)
}

function digest(worker: Worker, piece: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => resolve(data)
    worker.onerror = () => reject(new Error('The worker died'))
    worker.postMessage(piece)
  })
}
