import { describe, expect, it } from 'vitest'
import { compileAccept, isAccept } from '../../src/policy/accept.ts'

const takes = (accept: string | readonly string[], name: string, type = ''): boolean =>
  compileAccept(accept)?.(name, type) ?? true

describe('compileAccept', () => {
  it('lets everything through where nothing is asked for', () => {
    for (const accept of [undefined, '', ' , ', [], [''], '*', '*/*', '.png,*/*']) {
      expect(compileAccept(accept)).toBe(undefined)
    }
  })

  it.each([
    ['.png', 'a.png', '', true],
    ['.png', 'A.PNG', '', true],
    ['.PNG', 'a.png', '', true],
    ['.png', 'a.png.exe', '', false],
    ['.png', 'png', '', false],
    ['.tar.gz', 'backup.tar.gz', 'application/gzip', true],
    ['.tar.gz', 'backup.gz', 'application/gzip', false],
    ['.gz', 'backup.tar.gz', '', true],
    ['image/png', 'a', 'image/png', true],
    ['IMAGE/PNG', 'a', 'Image/Png', true],
    ['image/png', 'a.png', '', false],
    ['image/png', 'a.png', 'image/jpeg', false],
    ['text/plain', 'a', 'text/plain;charset=utf-8', true],
    ['image/*', 'a', 'image/svg+xml', true],
    ['image/*', 'a', 'imagery/png', false],
    ['image/*', 'image/x.png', '', false],
    [' .png , image/jpeg ', 'a', 'image/jpeg', true],
    [' .png , image/jpeg ', 'a.png', '', true],
    [' .png , image/jpeg ', 'a.gif', 'image/gif', false],
    ['image/*,.heic', 'photo.HEIC', '', true],
  ])('reads %s: %s (%s) → %s', (accept, name, type, expected) => {
    expect(takes(accept, name, type)).toBe(expected)
  })

  it('takes a list whose members hold commas themselves', () => {
    expect(takes(['.png', 'text/*,.pdf'], 'a.pdf')).toBe(true)
  })
})

describe('isAccept', () => {
  it('tells what a file dialog would silently ignore', () => {
    expect(['png', '*.png', 'image', 'image/', '/png', 'image/*/x', '.', ['a/b', 'x']].map(isAccept)).toEqual(
      Array(8).fill(false),
    )
  })
})
