import { existsSync } from 'node:fs'
import { runCommand } from '../bootstrap/run-command.mjs'
import { say } from '../bootstrap/say.mjs'
import { publicPackages } from '../build/public-packages.mjs'

/**
 * A step that runs a checker on each packed package; `build` has packed them.
 * @param {string} name
 * @param {string} bin
 * @param {readonly string[]} args
 * @returns {import('./step.mjs').Step}
 */
export function tarballStep(name, bin, args) {
  return {
    name,
    async run() {
      /** @type {string[]} */
      const broken = []
      for (const { name: packageName, tarball } of publicPackages()) {
        if (!existsSync(tarball)) {
          broken.push(`${packageName} is not packed; run the build step first`)
          continue
        }
        const { code, output } = await runCommand(process.execPath, [bin, ...args, tarball], {
          capture: true,
        })
        say(`${name}: ${packageName} ${code === 0 ? 'holds' : 'does NOT hold'}`)
        if (code === 0) continue
        console.log(output)
        broken.push(packageName)
      }
      return {
        passed: broken.length === 0 ? 1 : 0,
        failures: broken.length === 0 ? [] : [broken.join(', ')],
        skipped: [],
      }
    },
  }
}
