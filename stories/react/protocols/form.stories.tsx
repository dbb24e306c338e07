import { useUploader } from '@lading/react'
import type { ReactElement } from 'react'
import preview from '../../../.storybook/react/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { protocol, roundTrip } from '../../shared/protocols/form.ts'
import { UploaderView } from '../uploader/uploader-view.tsx'

/** Uploads to a server that takes multipart forms: the same hook, the same markup, another protocol. */
function FormUploader(): ReactElement {
  return <UploaderView {...useUploader({ protocol })} canStart={false} />
}

const meta = preview.meta({ title: 'Protocols/Form', component: FormUploader })

export const Default = meta.story({ play: startsEmpty.play })
export const RoundTrip = meta.story({ play: roundTrip.play })
