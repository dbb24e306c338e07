import { h } from 'vue'
import preview from '../../../.storybook/vue/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import type { ProtocolStoryOptions } from '../../shared/protocols/protocol-options.ts'
import { pauseAndResume, roundTrip } from '../../shared/protocols/s3.ts'
import S3Uploader from './s3-uploader.vue'

const meta = preview.meta({
  title: 'Protocols/S3',
  render: (options: ProtocolStoryOptions) => () => h(S3Uploader, { options: { ...options } }),
})

export const Default = meta.story(startsEmpty)
export const RoundTrip = meta.story(roundTrip)
export const PauseAndResume = meta.story(pauseAndResume)
