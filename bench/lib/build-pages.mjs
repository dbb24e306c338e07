import { join } from 'node:path'
import { build } from 'vite'
import { pagesBuilt, pagesSource } from './places.mjs'

/** The pages that are measured in. */
export const pageNames = /** @type {const} */ (['tick', 'intake', 'upload'])

/** @typedef {typeof pageNames[number]} PageName */

/**
 * Bundles the pages as an app would, for production.
 * @returns {Promise<void>}
 */
export async function buildPages() {
  await build({
    root: pagesSource,
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    build: {
      outDir: pagesBuilt,
      emptyOutDir: true,
      target: 'es2022',
      rollupOptions: {
        input: Object.fromEntries(pageNames.map((name) => [name, join(pagesSource, `${name}.html`)])),
      },
    },
  })
}
