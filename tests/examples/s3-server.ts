import { S3Client } from '@aws-sdk/client-s3'
import { createUploadServer } from '@lading/server'
import { s3Storage } from '@lading/server/s3'

export const uploads = createUploadServer({
  storage: s3Storage({ client: new S3Client({ region: 'eu-central-1' }), bucket: 'my-uploads' }),
})
