import { describe, expect, it, vi } from 'vitest'
import { createOptionsFollower } from '../../src/binding/options-follower.ts'

type Options = {
  endpoint?: string
  protocol?: { name: string; send(): void }
  headers?: Record<string, string> | ((upload: unknown) => Record<string, string>)
  concurrency?: { requests?: number; files?: number }
  restrictions?: {
    accept?: string | string[]
    maxFiles?: number
    validate?: (file: unknown) => string | undefined
  }
  chunkSizeBytes?: number
}

const follow = (given: Options) => createOptionsFollower<Options>(given)

describe('createOptionsFollower', () => {
  it('finds no change in options that are written down again', () => {
    const write = (): Options => ({
      endpoint: '/uploads',
      headers: { a: '1' },
      concurrency: { requests: 2 },
      restrictions: { accept: ['.png', 'image/*'], validate: () => undefined },
    })
    const follower = follow(write())
    expect(follower.follow(write())).toBeUndefined()
  })

  it('names only the options whose content changed, once', () => {
    const follower = follow({ headers: { a: '1' }, concurrency: { requests: 2 } })
    const next = { headers: { a: '2' }, concurrency: { requests: 2 } }
    expect(follower.follow(next)).toEqual({ headers: { a: '2' } })
    expect(follower.follow(next)).toBeUndefined()
  })

  it('calls the function that was given last, and does not count a new one as a change', () => {
    const follower = follow({ headers: () => ({ token: 'old' }), restrictions: { validate: () => 'old' } })
    const { headers, restrictions } = follower.options
    expect(
      follower.follow({ headers: () => ({ token: 'new' }), restrictions: { validate: () => 'new' } }),
    ).toBeUndefined()
    expect(typeof headers === 'function' && headers({})).toEqual({ token: 'new' })
    expect(restrictions?.validate?.({})).toBe('new')
  })

  it('passes on a value that takes the place of a function, and the other way round', () => {
    const follower = follow({ headers: () => ({ a: '1' }) })
    expect(follower.follow({ headers: { a: '2' } })).toEqual({ headers: { a: '2' } })
    const change = follower.follow({ headers: () => ({ a: '3' }) }) as Options | undefined
    expect(typeof change?.headers === 'function' && change.headers({})).toEqual({ a: '3' })
  })

  it('takes back what is not given any more', () => {
    const follower = follow({
      headers: { authorization: 'secret' },
      restrictions: { maxFiles: 2, accept: '.png' },
      concurrency: { files: 1 },
    })
    expect(follower.follow({ restrictions: { accept: '.png' } })).toEqual({
      headers: {},
      restrictions: { accept: '.png', maxFiles: Number.MAX_SAFE_INTEGER },
      concurrency: { files: 3 },
    })
  })

  it('passes on an option that is given for the first time', () => {
    const follower = follow({ endpoint: '/uploads' })
    expect(follower.follow({ endpoint: '/uploads', chunkSizeBytes: 5 })).toEqual({ chunkSizeBytes: 5 })
  })

  it('warns once of a fixed option that changed, and passes nothing on', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const follower = follow({ endpoint: '/a' })
    expect(follower.follow({ endpoint: '/b' })).toBeUndefined()
    expect(follower.follow({ endpoint: '/c' })).toBeUndefined()
    expect(warn.mock.calls).toEqual([[expect.stringContaining('`endpoint` is fixed')]])
    warn.mockRestore()
  })

  it('takes a protocol that is made again inline for the same', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const protocol = () => ({ name: 'form', send() {} })
    const follower = follow({ protocol: protocol() })
    follower.follow({ protocol: protocol() })
    expect(warn).not.toHaveBeenCalled()
    follower.follow({ protocol: { name: 'tus', send() {} } })
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })

  it('hands fixed options over untouched', () => {
    const protocol = { name: 'form', send() {} }
    expect(follow({ protocol }).options.protocol).toBe(protocol)
  })
})
