import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '../bootstrap/repo-root.mjs'

/**
 * The packages that are published.
 * @returns {{ name: string, folder: string, tarball: string }[]} with absolute paths; `tarball` is where `build` packs it
 */
export function publicPackages() {
  return readdirSync(join(repoRoot, 'packages'))
    .map((entry) => {
      const folder = join(repoRoot, 'packages', entry)
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const file = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`
      return {
        name: manifest.name,
        folder,
        isPrivate: manifest.private === true,
        tarball: join(packFolder, file),
      }
    })
    .filter(({ isPrivate }) => !isPrivate)
    .map(({ name, folder, tarball }) => ({ name, folder, tarball }))
}

/** Where the packed packages go. */
export const packFolder = join(repoRoot, '.cache/packs')
