import { describe, expect, it } from 'vitest'
import { tus } from '../../src/tus/index.ts'

const endpoint = '/files'

describe('the options of tus', () => {
  it.each([
    [undefined, 'Expected `options` to be an object, got `undefined` (undefined)'],
    [{}, 'Expected `endpoint` to be a URL, got `undefined` (undefined)'],
    [{ endpoint: '' }, 'Expected `endpoint` to be a URL, got `` (string)'],
    [{ endpoint, metadata: {} }, 'Expected `metadata` to be a function, got `Object` (object)'],
    [
      { endpoint, parallel: 0 },
      'Expected `parallel` to be an integer from 1 to 32, or false, got `0` (number)',
    ],
    [
      { endpoint, parallel: true },
      'Expected `parallel` to be an integer from 1 to 32, or false, got `true` (boolean)',
    ],
    [
      { endpoint, parallel: 2.5 },
      'Expected `parallel` to be an integer from 1 to 32, or false, got `2.5` (number)',
    ],
    [{ endpoint, checksum: 'sha1' }, 'Expected `checksum` to be true or false, got `sha1` (string)'],
    [
      { endpoint, dataDuringCreation: 1 },
      'Expected `dataDuringCreation` to be true or false, got `1` (number)',
    ],
    [
      { endpoint, resultHeaders: 'X-Id' },
      'Expected `resultHeaders` to be a list of header names, got `X-Id` (string)',
    ],
    [
      { endpoint, resultHeaders: ['X Id'] },
      'Expected `resultHeaders` to be a list of header names, got `1 items` (array)',
    ],
    [{ endpoint, parseResult: 'url' }, 'Expected `parseResult` to be a function, got `url` (string)'],
    [{ endpoint, retryDelays: [] }, 'Unknown option `retryDelays`'],
  ])('of %j are refused', (options, message) => {
    expect(() => tus(options as never)).toThrow(new TypeError(message))
  })

  it.each([
    [{ 'https://a.example/': 'app' }],
    [{ 'a.example': 'none' }],
    [{ 'ftp://a.example': 'none' }],
    [{ 'https://a.example': 'yes' }],
    [['https://a.example']],
    ['*'],
  ])('name other origins exactly: not as %j', (origins) => {
    expect(() => tus({ endpoint, origins: origins as never })).toThrow(
      /^Expected `origins` to be origins such as/,
    )
  })

  it('may all be given', () => {
    const protocol = tus({
      endpoint: 'https://a.example/files/',
      metadata: () => ({}),
      parallel: false,
      checksum: true,
      dataDuringCreation: true,
      origins: { 'https://b.example:8443': 'none' },
      resultHeaders: ['Stream-Media-Id'],
      parseResult: ({ url }) => url,
    })
    expect(protocol).toMatchObject({ name: 'tus', version: 1 })
  })
})
