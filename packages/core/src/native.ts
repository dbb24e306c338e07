export { type NativeProtocolOptions, type NativeSession, nativeProtocol } from './native/native-protocol.ts'
