import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findViolations } from './architecture/find-violations.mjs'
import { repoRoot } from './bootstrap/repo-root.mjs'
import { say } from './bootstrap/say.mjs'

const paths = readdirSync(join(repoRoot, 'packages')).flatMap((name) =>
  readdirSync(join(repoRoot, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => `packages/${name}/src/${file.replaceAll('\\', '/')}`),
)
const violations = paths.flatMap((path) => findViolations(path, readFileSync(join(repoRoot, path), 'utf8')))

for (const violation of violations) console.log(violation)
say(`architecture: ${paths.length} files, ${violations.length} violations`)
process.exitCode = violations.length === 0 && paths.length > 0 ? 0 : 1
