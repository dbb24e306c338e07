import { describe, expect, it } from 'vitest'
import { s3 } from '../../src/s3/index.ts'

const signer = { begin: async () => null, sign: async () => ({ url: '/' }), complete: async () => null }

describe('the options of s3', () => {
  it.each([
    [undefined, /`options`/],
    [{}, /`endpoint`/],
    [{ endpoint: '' }, /`endpoint`/],
    [{ endpoint: 7 }, /`endpoint`/],
    [{ endpoint: '/s3', signer }, /`endpoint`.*left out/],
    [{ signer: {} }, /`signer.begin`/],
    [{ signer: { ...signer, sign: 1 } }, /`signer.sign`/],
    [{ signer: { ...signer, list: 1 } }, /`signer.list`/],
    [{ signer: null }, /`signer`/],
    [{ endpoint: '/s3', singlePutBytes: -1 }, /`singlePutBytes`/],
    [{ endpoint: '/s3', singlePutBytes: 6 * 1024 ** 3 }, /`singlePutBytes`/],
    [{ endpoint: '/s3', checksum: 'md5' }, /`checksum`/],
    [{ endpoint: '/s3', bucket: 'x' }, /`bucket`/],
  ])('%j is refused by name', (options, message) => {
    expect(() => Reflect.apply(s3, undefined, [options])).toThrow(TypeError)
    expect(() => Reflect.apply(s3, undefined, [options])).toThrow(message)
  })

  it('leaves hashing and listing out where nobody wants them', () => {
    const file = { uploadId: 'u', name: 'n', size: 1, type: '', metadata: {} }
    const protocol = s3({ signer, checksum: false })
    expect(protocol.traits(file)).toMatchObject({ knows: 'nothing', grain: 'chunk', resultFrom: 'complete' })
    expect(protocol.traits(file).chunkDigest).toBeUndefined()
    expect(protocol.landed).toBeUndefined()
    expect(protocol.abort).toBeUndefined()
  })
})
