import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { repoRoot } from '../../scripts/bootstrap/repo-root.mjs'
import { atMost } from '../lib/measures.mjs'

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} code
 * @property {readonly string[]} [external]
 * @property {number} [budgetKb]
 */

/** @type {readonly Entry[]} */
const entries = [
  {
    name: '/engine with the native protocol',
    code: "export { createEngine, nativeProtocol } from '@lading/core'",
    budgetKb: 12,
  },
  {
    name: 'react, without core',
    code: "export * from '@lading/react'",
    external: ['@lading/core', 'react'],
    budgetKb: 3,
  },
  {
    name: 'vue, without core',
    code: "export * from '@lading/vue'",
    external: ['@lading/core', 'vue'],
    budgetKb: 3,
  },
  { name: 'createUploader, axios included', code: "export { createUploader } from '@lading/core'" },
]

/** What an app's bundle grows by, minified and gzipped. @type {import('../lib/bench-context.mjs').Row} */
export async function sizes() {
  const measures = []
  for (const entry of entries) {
    const kb = gzipSync(await bundle(entry), { level: 9 }).length / 1000
    measures.push({
      name: entry.name,
      unit: 'kB',
      samples: [kb],
      ...(entry.budgetKb !== undefined && { budget: atMost(entry.budgetKb) }),
    })
  }
  return measures
}

/** @param {Entry} entry */
async function bundle({ code, external = [] }) {
  const id = 'virtual:entry'
  const result = await build({
    root: repoRoot,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [
      {
        name: 'entry',
        resolveId: (/** @type {string} */ name) => (name === id ? `${repoRoot}/bench/entry.js` : undefined),
        load: (/** @type {string} */ name) => (name === `${repoRoot}/bench/entry.js` ? code : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      rollupOptions: {
        input: id,
        preserveEntrySignatures: 'strict',
        external: (name) => external.some((one) => name === one || name.startsWith(`${one}/`)),
      },
    },
  })
  const outputs = Array.isArray(result) ? result : 'output' in result ? [result] : []
  return outputs.flatMap(({ output }) => output.map((one) => (one.type === 'chunk' ? one.code : ''))).join('')
}
