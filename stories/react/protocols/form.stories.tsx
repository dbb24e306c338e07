import { useUploader } from '@lading/react'
import type { ReactElement } from 'react'
import preview from '../../../.storybook/react/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { protocol, roundTrip } from '../../shared/protocols/form.ts'
import type { ProtocolStoryOptions } from '../../shared/protocols/protocol-options.ts'
import { UploaderView } from '../uploader/uploader-view.tsx'

/** Uploads to a server that takes multipart forms: the same hook, the same markup, another protocol. */
function FormUploader(options: ProtocolStoryOptions): ReactElement {
  return <UploaderView {...useUploader({ ...options, protocol })} canStart={false} />
}

const meta = preview.meta({ title: 'Protocols/Form', component: FormUploader })

export const Default = meta.story(startsEmpty)
export const RoundTrip = meta.story(roundTrip)
