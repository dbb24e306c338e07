import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { repoRoot } from './bootstrap/repo-root.mjs'
import { say } from './bootstrap/say.mjs'

// Draws the statechart of packages/core into ARCHITECTURE.md; a test fails where the two differ.
const source = join(repoRoot, 'packages/core/src/statechart/chart.ts')
const { module } = await runnerImport(source)
const page = join(repoRoot, 'ARCHITECTURE.md')
const text = readFileSync(page, 'utf8')
const drawn = text.replace(
  /(<!-- statechart:[^>]*-->\n)[\s\S]*?(<!-- \/statechart -->)/,
  (_, before, after) => `${before}\`\`\`mermaid\n${module.chart()}\n\`\`\`\n${after}`,
)
writeFileSync(page, drawn)
say(drawn === text ? 'the statechart was up to date' : 'drew the statechart into ARCHITECTURE.md')
