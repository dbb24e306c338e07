import type { UploaderEvents } from '../api/uploader.ts'
import type { ResolvedOptions } from '../policy/resolve-options.ts'
import type { Json } from '../ports/json.ts'
import type { Metadata, Protocol } from '../ports/protocol.ts'
import type { LifecycleEvent } from '../statechart/event.ts'
import type { HookRegistry } from './hook-registry.ts'
import type { Journey } from './journey.ts'
import type { Listeners } from './listeners.ts'
import type { EnginePorts } from './ports.ts'
import type { RequestBudget } from './request-budget.ts'

/** What the stages of a journey work with. Results and metadata are typed at the edge, opaque in here. */
export interface Machinery {
  readonly protocol: Protocol<Json, unknown, Metadata>
  readonly ports: EnginePorts
  /** As they are now: others, once somebody changed them. */
  options: ResolvedOptions
  readonly hooks: HookRegistry<unknown, Metadata>
  readonly listeners: Listeners<UploaderEvents>
  readonly budget: RequestBudget
  /** Aborted when the uploader is disposed of: ends what belongs to no run. */
  readonly lifetime: AbortSignal
  dispatch(journey: Journey, event: LifecycleEvent): void
  /** Bytes of an upload moved. */
  moved(journey: Journey): void
}
