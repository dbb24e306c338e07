import { fileURLToPath } from 'node:url'

/** Absolute path of the repository's root folder. */
export const repoRoot = fileURLToPath(new URL('../..', import.meta.url))
