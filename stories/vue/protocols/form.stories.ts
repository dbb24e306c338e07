import preview from '../../../.storybook/vue/preview.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { roundTrip } from '../../shared/protocols/form.ts'
import FormUploader from './form-uploader.vue'

const meta = preview.meta({ title: 'Protocols/Form', component: FormUploader })

export const Default = meta.story({ play: startsEmpty.play })
export const RoundTrip = meta.story({ play: roundTrip.play })
