/** What a binding to a framework is made of: the parts that are the same in each. */
export { announcementOf } from './binding/announcement-of.ts'
export { commandsOf, type UploaderCommand, type UploaderCommands } from './binding/commands-of.ts'
export { createOptionsFollower, type OptionsFollower } from './binding/options-follower.ts'
export type { SelectorOptions } from './binding/selector-options.ts'
export { uploadStateOf } from './binding/upload-state-of.ts'
export { totalsOf, type UploaderTotals } from './binding/uploader-totals.ts'
