export { axiosTransport } from './axios.ts'
export * from './binding.ts'
export {
  createUploader,
  type NativeUploaderOptions,
  type ProtocolUploaderOptions,
  type UploaderOptions,
} from './create-uploader.ts'
export * from './engine.ts'
export * from './native.ts'
export { systemPorts } from './platform/system-ports.ts'
export * from './ui.ts'
