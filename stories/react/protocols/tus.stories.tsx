import { useUploader } from '@lading/react'
import type { ReactElement } from 'react'
import preview from '../../../.storybook/react/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { pauseAndResume } from '../../shared/basic/pause-and-resume.ts'
import type { ProtocolStoryOptions } from '../../shared/protocols/protocol-options.ts'
import { protocol, roundTrip } from '../../shared/protocols/tus.ts'
import { UploaderView } from '../uploader/uploader-view.tsx'

/** Uploads to a server that speaks tus: the same hook, the same markup, another protocol. */
function TusUploader(options: ProtocolStoryOptions): ReactElement {
  return <UploaderView {...useUploader({ ...options, protocol })} canStart={false} />
}

const meta = preview.meta({ title: 'Protocols/Tus', component: TusUploader })

export const Default = meta.story(startsEmpty)
export const RoundTrip = meta.story(roundTrip)
export const PauseAndResume = meta.story(pauseAndResume)
