import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chart } from '@lading/core/engine'
import { describe, expect, it } from 'vitest'

const page = readFileSync(fileURLToPath(new URL('../ARCHITECTURE.md', import.meta.url)), 'utf8')

describe('ARCHITECTURE.md', () => {
  it('shows the statechart as the table has it (node scripts/draw-statechart.mjs redraws it)', () => {
    const shown = /<!-- statechart:[^>]*-->\n```mermaid\n([\s\S]*?)\n```\n<!-- \/statechart -->/.exec(
      page,
    )?.[1]
    expect(shown).toBe(chart())
  })
})
