import { createUploader } from '@lading/core'

const uploader = createUploader({ endpoint: '/uploads' })

export async function upload(files: FileList): Promise<string[]> {
  const { settled, rejected } = await uploader.add(files)
  for (const { name, reasons } of rejected) console.warn(name, reasons)
  const outcomes = await settled
  return outcomes.flatMap((outcome) => (outcome.how === 'uploaded' ? [outcome.result.url] : []))
}
