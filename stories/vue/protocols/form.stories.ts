import { h } from 'vue'
import preview from '../../../.storybook/vue/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { roundTrip } from '../../shared/protocols/form.ts'
import type { ProtocolStoryOptions } from '../../shared/protocols/protocol-options.ts'
import FormUploader from './form-uploader.vue'

const meta = preview.meta({
  title: 'Protocols/Form',
  render: (options: ProtocolStoryOptions) => () => h(FormUploader, { options: { ...options } }),
})

export const Default = meta.story(startsEmpty)
export const RoundTrip = meta.story(roundTrip)
