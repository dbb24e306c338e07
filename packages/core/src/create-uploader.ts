import type { ChangeableOptions, EngineOptions, NativeResult } from './api/options.ts'
import type { Uploader } from './api/uploader.ts'
import { createEngine } from './engine/create-engine.ts'
import { misuse } from './errors/misuse.ts'
import { type NativeSession, nativeProtocol } from './native/native-protocol.ts'
import { systemPorts } from './platform/system-ports.ts'
import type { Json } from './ports/json.ts'
import type { Metadata, Protocol } from './ports/protocol.ts'
import type { AxiosInstance } from './transport-axios/axios-instance.ts'
import { axiosTransport } from './transport-axios/axios-transport.ts'

interface CommonOptions<Result, Meta extends Metadata> extends ChangeableOptions<Result, Meta> {
  /** Your own axios instance: its interceptors, auth, base URL. Fixed at creation. @default a fresh instance */
  readonly http?: AxiosInstance
}

/** Options of an uploader that speaks to `@lading/server`. */
export interface NativeUploaderOptions<Meta extends Metadata = Metadata>
  extends CommonOptions<NativeResult, Meta> {
  /** Where `@lading/server` is mounted, such as `/uploads`. Fixed at creation. */
  readonly endpoint: string
  readonly protocol?: never
}

/** Options of an uploader that speaks another protocol. */
export interface ProtocolUploaderOptions<
  Session extends Json = Json,
  Result = unknown,
  Meta extends Metadata = Metadata,
> extends CommonOptions<Result, Meta> {
  /** What is said to the server. Fixed at creation. */
  readonly protocol: Protocol<Session, Result, Meta>
  readonly endpoint?: never
}

/** Everything `createUploader` takes. */
export type UploaderOptions<Session extends Json = Json, Result = unknown, Meta extends Metadata = Metadata> =
  | NativeUploaderOptions<Meta>
  | ProtocolUploaderOptions<Session, Result, Meta>

/**
 * An uploader with everything in: axios, this platform's clock and hashing, and the native protocol.
 *
 * Throws a TypeError that names the option where one is wrong.
 *
 * @example
 * const uploader = createUploader({ endpoint: '/uploads' })
 * const { settled } = await uploader.add(input.files)
 * const outcomes = await settled
 */
export function createUploader<Meta extends Metadata = Metadata>(
  options: NativeUploaderOptions<Meta>,
): Uploader<NativeResult, Meta>
export function createUploader<Session extends Json, Result, Meta extends Metadata = Metadata>(
  options: ProtocolUploaderOptions<Session, Result, Meta>,
): Uploader<Result, Meta>
export function createUploader(
  options: NativeUploaderOptions | ProtocolUploaderOptions,
): Uploader<NativeResult> | Uploader {
  if (typeof options !== 'object' || options === null) throw misuse('options', 'an object', options)
  const { endpoint, protocol, http, ...rest } = options
  if ((endpoint === undefined) === (protocol === undefined)) {
    throw misuse('endpoint', 'given, or `protocol` instead of it', endpoint)
  }
  const ports = systemPorts(axiosTransport(http))
  const spoken =
    protocol ?? (nativeProtocol({ endpoint: endpoint as string }) as Protocol<NativeSession, unknown>)
  return createEngine(ports, { ...rest, protocol: spoken } as EngineOptions)
}
