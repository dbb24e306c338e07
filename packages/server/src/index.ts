export type { Authorize, Grant, Operation } from './access.ts'
export type { CorsOptions } from './cors.ts'
export { createUploadServer, type UploadServer } from './create-upload-server.ts'
export type { DiskFile, DiskFs } from './disk/disk-fs.ts'
export { type DiskStorageOptions, diskStorage } from './disk/disk-storage.ts'
export { type NodeListener, toNodeListener } from './node-listener.ts'
export type { Clock, ErrorReporter, Random } from './ports.ts'
export type { Completed, UploadServerOptions } from './server-options.ts'
export type {
  LookScope,
  SharedFound,
  SharedStorage,
  SharedSurroundings,
  SharedUploadStore,
  SweepRules,
  UploadFate,
  UploadLook,
} from './shared-storage.ts'
export type {
  EndReason,
  FileRecord,
  FileStorage,
  LandedChunk,
  OwnedFile,
  Recovered,
  RecoveredUpload,
  Storage,
  TusRecord,
  UploadRecord,
  UploadStore,
} from './storage.ts'
export type { UploadLimits } from './upload-limits.ts'
export type * from './wire.ts'
