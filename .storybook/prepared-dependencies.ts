import { readFileSync } from 'node:fs'

/**
 * What Vite is to prepare before the first story runs, in its own notation: each dependency of the packages that stories
 * use. Those are workspace sources, which Vite reads only when a story imports them, and a dependency found that late
 * reloads the page in the middle of a test.
 */
export function preparedDependencies(packages: readonly string[]): string[] {
  return packages.flatMap((name) => {
    const manifest = new URL(`../packages/${name}/package.json`, import.meta.url)
    const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
      readFileSync(manifest, 'utf8'),
    )
    return Object.keys(dependencies)
      .filter((dependency) => !dependency.startsWith('@lading/'))
      .map((dependency) => `@lading/${name} > ${dependency}`)
  })
}
