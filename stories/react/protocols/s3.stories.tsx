import { useUploader } from '@lading/react'
import type { ReactElement } from 'react'
import preview from '../../../.storybook/react/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import type { ProtocolStoryOptions } from '../../shared/protocols/protocol-options.ts'
import { pauseAndResume, protocol, roundTrip } from '../../shared/protocols/s3.ts'
import { UploaderView } from '../uploader/uploader-view.tsx'

/** Uploads straight to a bucket, in parts: the same hook, the same markup, another protocol. */
function S3Uploader(options: ProtocolStoryOptions): ReactElement {
  return <UploaderView {...useUploader({ ...options, protocol })} canStart={false} />
}

const meta = preview.meta({ title: 'Protocols/S3', component: S3Uploader })

export const Default = meta.story(startsEmpty)
export const RoundTrip = meta.story(roundTrip)
export const PauseAndResume = meta.story(pauseAndResume)
