import { describe, expect, it } from 'vitest'
import { createUploader } from '../../src/index.ts'

const create = (options: object): unknown => createUploader({ endpoint: '/uploads', ...options } as never)

describe('wrong options', () => {
  it.each([
    ['chunkSizeBytes', 0, 'a positive integer'],
    ['chunkSizeBytes', 1.5, 'a positive integer'],
    ['chunkSizeBytes', '8', 'a positive integer'],
    ['integrity', 'md5', "'sha-256' or false"],
    ['identity', true, "'sha-256-composite' or false"],
    ['instant', 'race', "'first' or false"],
    ['resume', 'indexeddb', "'memory' or false"],
    ['autoStart', 1, 'a boolean'],
    ['headers', ['a'], 'an object of strings, or a function'],
    ['headers', { a: 1 }, 'an object of strings, or a function'],
    ['metadata', 'album', 'an object, or a function'],
    ['concurrency', 4, 'an object'],
    ['stallTimeoutMs', -1, 'a positive integer'],
  ])('%s: %s is told to be %s', (name, value, expected) => {
    expect(() => create({ [name]: value })).toThrow(TypeError)
    expect(() => create({ [name]: value })).toThrow(`Expected \`${name}\` to be ${expected}`)
  })

  it.each([
    [{ concurrency: { requests: 0 } }, 'concurrency.requests'],
    [{ concurrency: { files: Number.NaN } }, 'concurrency.files'],
    [{ retry: { attempts: -1 } }, 'retry.attempts'],
    [{ retry: { maxDelayMs: Infinity } }, 'retry.maxDelayMs'],
    [{ restrictions: { accept: 7 } }, 'restrictions.accept'],
    [{ restrictions: { maxFiles: '3' } }, 'restrictions.maxFiles'],
    [{ restrictions: { validate: true } }, 'restrictions.validate'],
  ])('%j names %s', (options, name) => {
    expect(() => create(options)).toThrow(`Expected \`${name}\` to be`)
  })

  it('names what is not known at all', () => {
    expect(() => create({ chunkSize: 7 })).toThrow('Unknown option `chunkSize`')
    expect(() => create({ retry: { retries: 7 } })).toThrow('Unknown option `retry.retries`')
  })

  it('wants an endpoint or a protocol, and not both', () => {
    expect(() => createUploader({} as never)).toThrow('`endpoint`')
    expect(() => createUploader({ endpoint: '' })).toThrow('`endpoint`')
    expect(() => createUploader({ protocol: {} } as never)).toThrow('`protocol`')
    expect(() => createUploader({ endpoint: '/a', protocol: {} } as never)).toThrow(TypeError)
    expect(() => createUploader(undefined as never)).toThrow('`options`')
    expect(() => create({ http: {} })).toThrow('`http`')
  })

  it('are found by setOptions too, and change nothing then', () => {
    const uploader = createUploader({ endpoint: '/uploads' })
    expect(() => uploader.setOptions({ concurrency: { files: -1 } })).toThrow('concurrency.files')
    expect(() => uploader.setOptions({ endpoint: '/elsewhere' } as never)).toThrow(
      'Unknown option `endpoint`',
    )
    expect(() => uploader.on('done', 7 as never)).toThrow('Expected `listener` to be a function')
    expect(() => uploader.use({ beforeFile: 7 } as never)).toThrow('Expected `beforeFile` to be a function')
    expect(() => uploader.can('fly' as never)).toThrow('Expected `command` to be')
    uploader.dispose()
  })
})
