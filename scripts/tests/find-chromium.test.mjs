import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findChromium } from '../bootstrap/find-chromium.mjs'

/** @type {string} */
let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lading-chromium-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** A program that answers `--version` with this exit code. @param {string} path @param {number} exitCode */
function install(path, exitCode = 0) {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\nexit ${exitCode}\n`, { mode: 0o755 })
  return file
}

describe('findChromium', () => {
  it('takes CHROMIUM_PATH before anything else', () => {
    const wanted = install('own/chrome')
    install('bin/chromium')
    expect(findChromium({ CHROMIUM_PATH: wanted, PATH: join(root, 'bin') })).toBe(wanted)
  })

  it('says so when CHROMIUM_PATH does not start, instead of taking another', () => {
    const wanted = install('own/chrome', 1)
    install('bin/chromium')
    expect(() => findChromium({ CHROMIUM_PATH: wanted, PATH: join(root, 'bin') })).toThrow(wanted)
  })

  it('passes over a program on PATH that does not start', () => {
    install('bin/chromium', 10)
    const works = install('sbin/google-chrome')
    expect(findChromium({ PATH: `${join(root, 'bin')}:${join(root, 'sbin')}` })).toBe(works)
  })

  it('finds what Playwright has downloaded, into its usual place or another', () => {
    const usual = install('home/.cache/ms-playwright/chromium-1255/chrome-linux64/chrome')
    expect(findChromium({ PATH: '', HOME: join(root, 'home') })).toBe(usual)
    const moved = install(
      'browsers/chromium_headless_shell-1255/chrome-headless-shell-linux64/chrome-headless-shell',
    )
    const env = { PATH: '', HOME: join(root, 'home'), PLAYWRIGHT_BROWSERS_PATH: join(root, 'browsers') }
    expect(findChromium(env)).toBe(moved)
  })
})
