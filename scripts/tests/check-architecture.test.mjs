import { describe, expect, it } from 'vitest'
import { findViolations } from '../architecture/find-violations.mjs'

/** @type {readonly [path: string, code: string, rule: string][]} */
const forbidden = [
  ['packages/core/src/a.ts', "import { useUploader } from '@lading/react'", 'dependencies point one way'],
  ['packages/react/src/a.ts', "export * from '@lading/vue'", 'dependencies point one way'],
  ['packages/react/src/a.ts', "import { x } from '../../core/src/x.ts'", 'dependencies point one way'],
  ['packages/server/src/a.ts', "import { createUploader } from '@lading/core'", 'dependencies point one way'],
  ['packages/server/src/a.ts', "const core = await import('@lading/core')", 'dependencies point one way'],
  ['packages/core/src/a.ts', "import { x } from '@lading/core/engine'", 'dependencies point one way'],
  ['packages/core/src/a.ts', "import { useState } from 'react'", 'only the bindings import a framework'],
  ['packages/vue/src/a.ts', "import type { ReactNode } from 'react'", 'only the bindings import a framework'],
  [
    'packages/react/src/a.ts',
    "import { ref } from '@vue/reactivity'",
    'only the bindings import a framework',
  ],
  ['packages/core/src/engine/a.ts', "import axios from 'axios'", 'only the axios transport imports axios'],
  ['packages/protocols/src/a.ts', "import type { AxiosInstance } from 'axios'", 'only the axios transport'],
  ['packages/core/src/native/a.ts', "import { createMD5 } from 'hash-wasm'", 'only hashing imports'],
  [
    'packages/core/src/native/a.ts',
    "crypto.subtle.digest('SHA-256', x)",
    'only hashing touches crypto.subtle',
  ],
  ['packages/core/src/native/a.ts', 'globalThis.crypto.subtle', 'only hashing touches crypto.subtle'],
  ['packages/core/src/policy/a.ts', "import { createStore } from '@tanstack/store'", 'the pure folders'],
  ['packages/core/src/ledger/a.ts', "import { run } from '../engine/run.ts'", 'the pure folders'],
  ['packages/core/src/statechart/a.ts', "fetch('/uploads')", 'the pure folders of core touch nothing'],
  ['packages/core/src/errors/a.ts', 'const at = navigator.onLine', 'the pure folders of core touch nothing'],
  ['packages/core/src/engine/a.ts', 'setTimeout(go, 10)', 'time and chance'],
  ['packages/core/src/engine/a.ts', 'const wait = { setTimeout }', 'time and chance'],
  ['packages/core/src/engine/a.ts', 'globalThis.setInterval(go, 10)', 'time and chance'],
  ['packages/vue/src/a.ts', 'const at = Date.now()', 'time and chance'],
  ['packages/react/src/a.ts', 'const at = new Date()', 'time and chance'],
  ['packages/protocols/src/a.ts', 'const now = performance.now', 'time and chance'],
  ['packages/server/src/a.ts', 'const id = Math.random()', 'time and chance'],
  ['packages/core/src/a.ts', 'const id = crypto.randomUUID()', 'time and chance'],
  ['packages/core/src/a.ts', 'requestAnimationFrame(flush)', 'time and chance'],
  ['packages/core/src/a.ts', 'AbortSignal.timeout(10)', 'time and chance'],
  ['packages/server/src/a.ts', "import { randomUUID } from 'node:crypto'", 'time and chance'],
  [
    'packages/server/src/a.ts',
    "import { setTimeout as sleep } from 'node:timers/promises'",
    'time and chance',
  ],
  ['packages/core/src/a.ts', "import { readFile } from 'node:fs/promises'", 'what runs in a browser'],
  ['packages/server/src/a.ts', 'document.title', 'the server touches no page'],
  ['packages/core/src/engine/a.ts', "import { send } from '../native/send.ts'", 'the engine knows ports'],
  [
    'packages/core/src/engine/a.ts',
    "import type { Native } from '../native/types.ts'",
    'the engine knows ports',
  ],
  ['packages/core/src/engine/a.ts', "const isTus = name === 'tus'", 'names a protocol'],
  ['packages/core/src/engine/a.ts', 'const nativeProtocol = 1', 'names a protocol'],
]

/** @type {readonly [path: string, code: string][]} */
const allowed = [
  [
    'packages/react/src/a.ts',
    "import { createUploader } from '@lading/core'; import { useRef } from 'react'",
  ],
  ['packages/vue/src/a.ts', "import { createUploader } from '@lading/core'; import { ref } from 'vue'"],
  ['packages/server/src/a.ts', "import type { Wire } from '@lading/core'"],
  ['packages/server/src/a.ts', "import { type Wire, type Plan } from '@lading/core'"],
  ['packages/server/src/a.ts', "import { createHash } from 'node:crypto'"],
  ['packages/core/src/transport-axios/a.ts', "import axios from 'axios'"],
  ['packages/core/src/hashing/a.ts', "crypto.subtle.digest('SHA-256', x)"],
  ['packages/core/src/platform/clock.ts', 'export const now = () => Date.now(); setTimeout(now, 1)'],
  ['packages/server/src/node-ports.ts', "import { randomUUID } from 'node:crypto'; Date.now()"],
  ['packages/core/src/policy/a.ts', "import { UploadError } from '../errors/upload-error.ts'"],
  ['packages/core/src/statechart/a.ts', "import type { Protocol } from '../ports/protocol.ts'"],
  ['packages/core/src/engine/a.ts', 'clock.setTimeout(go, 10); new Date(5); queueMicrotask(go)'],
  ['packages/core/src/engine/a.ts', 'interface Clock { setTimeout(go: () => void): void }'],
  [
    'packages/core/src/engine/a.ts',
    "// setTimeout here\nconst word = 'setTimeout'; const { status } = state",
  ],
]

describe('the architecture check', () => {
  it.each(forbidden)('refuses in %s: %s', (path, code, rule) => {
    expect(findViolations(path, code).join('\n')).toContain(rule)
  })

  it.each(allowed)('lets pass in %s: %s', (path, code) => {
    expect(findViolations(path, code)).toEqual([])
  })

  it('says where', () => {
    expect(findViolations('packages/core/src/a.ts', '\n\nconst at = Date.now()')).toEqual([
      'packages/core/src/a.ts:3: uses Date.now (time and chance come through ports)',
    ])
  })
})
