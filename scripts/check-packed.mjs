import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './bootstrap/run-command.mjs'
import { say } from './bootstrap/say.mjs'
import { consumerFolder, layOutConsumer } from './packed/lay-out-consumer.mjs'

// Whatever a package needs and does not declare, or touches of a page as it loads, shows here.
const program = `
const found = await import(process.argv[2])
if (Object.keys(found).length === 0) throw new Error('exports nothing')
`

const specifiers = await layOutConsumer()
const file = join(consumerFolder, 'import.mjs')
writeFileSync(file, program)
let failed = 0
for (const specifier of specifiers) {
  const { code, output } = await runCommand(process.execPath, [file, specifier], {
    cwd: consumerFolder,
    capture: true,
  })
  say(`${specifier} ${code === 0 ? 'loads in Node' : 'does NOT load in Node'}`)
  if (code === 0) continue
  console.log(output)
  failed += 1
}
process.exitCode = failed === 0 && specifiers.length > 0 ? 0 : 1
