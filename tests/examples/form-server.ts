import { createUploader } from '@lading/core'
import { formUpload } from '@lading/protocols/form'

export const uploader = createUploader({
  protocol: formUpload({
    endpoint: '/legacy/upload.php',
    fieldName: 'Filedata',
    fields: { album: 'holidays' },
  }),
})
