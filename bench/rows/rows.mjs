import { disk } from './disk.mjs'
import { intake } from './intake.mjs'
import { large } from './large.mjs'
import { sizes } from './sizes.mjs'
import { slow } from './slow.mjs'
import { tick } from './tick.mjs'
import { tune } from './tune.mjs'
import { wire } from './wire.mjs'

/** @type {Record<import('../lib/options.mjs').RowName, import('../lib/bench-context.mjs').Row>} */
export const rows = { tick, intake, wire, disk, slow, large, sizes, tune }
