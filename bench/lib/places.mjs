import { join } from 'node:path'
import { repoRoot } from '../../scripts/bootstrap/repo-root.mjs'

/** Where results are kept; not in git. */
export const resultsFolder = join(repoRoot, 'bench/results')
/** What is made for a run: bundled pages, files to send, a server's disk. Not in git; may be deleted at any time. */
export const workFolder = join(repoRoot, '.cache/bench')
export const pagesSource = join(repoRoot, 'bench/pages')
export const pagesBuilt = join(workFolder, 'pages')
