import { createUploader } from '@lading/core'
import { presignedPut } from '@lading/protocols/presigned-put'
import { s3 } from '@lading/protocols/s3'
import { tus } from '@lading/protocols/tus'

export const toTus = createUploader({ protocol: tus({ endpoint: 'https://tus.example.org/files/' }) })

// Straight to a bucket, in parts; `createS3Signer` of @lading/server/s3 signs each of them.
export const toBucket = createUploader({ protocol: s3({ endpoint: '/s3' }) })

// One PUT to whatever URL your backend has signed: S3, R2, Google Cloud Storage, Azure.
export const toSignedUrl = createUploader({
  protocol: presignedPut({
    sign: async ({ name, type }, ctx) => {
      const value = { name, type }
      const reply = await ctx.request({ method: 'POST', url: '/sign', body: { kind: 'json', value } })
      return reply.json() as { url: string; result: { id: number } }
    },
  }),
})
