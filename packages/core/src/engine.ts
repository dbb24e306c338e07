export type * from './api/hooks.ts'
export type {
  ChangeableOptions,
  ConcurrencyOptions,
  EngineOptions,
  NativeResult,
  PerUpload,
  RestrictionOptions,
  RetryOptions,
  ValidationVerdict,
} from './api/options.ts'
export type * from './api/progress.ts'
export type * from './api/readable.ts'
export type * from './api/rejection.ts'
export type * from './api/upload.ts'
export type * from './api/uploader.ts'
export { createEngine } from './engine/create-engine.ts'
export type { EnginePorts } from './engine/ports.ts'
export { misuse } from './errors/misuse.ts'
export { statusError } from './errors/status-error.ts'
export {
  isUploadError,
  type SlimCause,
  toUploadError,
  UploadError,
  type UploadErrorCode,
  type UploadErrorDetails,
} from './errors/upload-error.ts'
export { type PlanRules, planChunks } from './ledger/plan.ts'
export type * from './ports/clock.ts'
export type * from './ports/environment.ts'
export type * from './ports/file-source.ts'
export type * from './ports/guard.ts'
export type * from './ports/hasher.ts'
export type * from './ports/json.ts'
export type * from './ports/locks.ts'
export type * from './ports/protocol.ts'
export type * from './ports/random.ts'
export type * from './ports/transport.ts'
export { chart } from './statechart/chart.ts'
export { type Command, commands } from './statechart/command.ts'
export type * from './statechart/effect.ts'
export type * from './statechart/event.ts'
export type * from './statechart/state.ts'
export { uploadStatuses } from './statechart/state.ts'
export { can, transition } from './statechart/transition.ts'
