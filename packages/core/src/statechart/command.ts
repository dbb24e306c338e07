/** What a person or an app can tell one upload to do. */
export type Command = 'start' | 'pause' | 'resume' | 'retry' | 'cancel'

/** Every command. */
export const commands: readonly Command[] = ['start', 'pause', 'resume', 'retry', 'cancel']
