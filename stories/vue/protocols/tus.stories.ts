import { h } from 'vue'
import preview from '../../../.storybook/vue/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { pauseAndResume } from '../../shared/basic/pause-and-resume.ts'
import type { ProtocolStoryOptions } from '../../shared/protocols/protocol-options.ts'
import { roundTrip } from '../../shared/protocols/tus.ts'
import TusUploader from './tus-uploader.vue'

const meta = preview.meta({
  title: 'Protocols/Tus',
  render: (options: ProtocolStoryOptions) => () => h(TusUploader, { options: { ...options } }),
})

export const Default = meta.story(startsEmpty)
export const RoundTrip = meta.story(roundTrip)
export const PauseAndResume = meta.story(pauseAndResume)
