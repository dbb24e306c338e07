import type { NativeUploaderOptions } from '@lading/vue'
import { h } from 'vue'
import preview from '../../../.storybook/vue/preview.ts'
import { basicArgs, basicArgTypes } from '../../shared/basic/args.ts'
import { cancelAndRemove } from '../../shared/basic/cancel-and-remove.ts'
import { startsEmpty } from '../../shared/basic/default.ts'
import { drop } from '../../shared/basic/drop.ts'
import { everyStatus } from '../../shared/basic/every-status.ts'
import { keyboardOnly } from '../../shared/basic/keyboard-only.ts'
import { manualStart } from '../../shared/basic/manual-start.ts'
import { pauseAndResume } from '../../shared/basic/pause-and-resume.ts'
import { restrictions } from '../../shared/basic/restrictions.ts'
import { roundTrip } from '../../shared/basic/round-trip.ts'
import { inTheDark } from '../../shared/in-the-dark.ts'
import FileUploader from './file-uploader.vue'

const meta = preview.meta({
  title: 'Uploader/Basic',
  // The options go in as one: as props of their own, Vue would turn those that are left out into `false`.
  render: (args: NativeUploaderOptions) => () => h(FileUploader, { options: { ...args } }),
  args: basicArgs,
  argTypes: basicArgTypes,
})

export const Default = meta.story(startsEmpty)
export const ManualStart = meta.story(manualStart)
export const Restrictions = meta.story(restrictions)
export const EveryStatus = meta.story(everyStatus)
export const EveryStatusInTheDark = meta.story({ ...everyStatus, beforeEach: inTheDark })
export const RoundTrip = meta.story(roundTrip)
export const PauseAndResume = meta.story(pauseAndResume)
export const CancelAndRemove = meta.story(cancelAndRemove)
export const KeyboardOnly = meta.story(keyboardOnly)
export const Drop = meta.story(drop)
