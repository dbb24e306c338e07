import type { ChangeableOptions } from '@lading/core'

/** What can be said to an uploader besides the protocol it speaks. */
export type ProtocolStoryOptions = ChangeableOptions
