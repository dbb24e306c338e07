import { describe, expect, it } from 'vitest'
import { formUpload } from '../../src/form/index.ts'

describe('the options of formUpload', () => {
  it.each([
    [undefined, 'Expected `options` to be an object, got `undefined` (undefined)'],
    [{}, 'Expected `endpoint` to be a URL, got `undefined` (undefined)'],
    [{ endpoint: '' }, 'Expected `endpoint` to be a URL, got `` (string)'],
    [{ endpoint: 7 }, 'Expected `endpoint` to be a URL, got `7` (number)'],
    [{ endpoint: '/', fieldName: '' }, 'Expected `fieldName` to be a name, got `` (string)'],
    [
      { endpoint: '/', fields: 'a=b' },
      'Expected `fields` to be an object, a list of pairs or a function, got `a=b` (string)',
    ],
    [
      { endpoint: '/', fields: { album: { id: 1 } } },
      'Expected `fields.album` to be a text, a number or a boolean, got `Object` (object)',
    ],
    [{ endpoint: '/', method: 'PATCH' }, "Expected `method` to be 'POST' or 'PUT', got `PATCH` (string)"],
    [{ endpoint: '/', headers: null }, 'Expected `headers` to be an object or a function, got `null` (null)'],
    [
      { endpoint: '/', parseResponse: {} },
      'Expected `parseResponse` to be a function, got `Object` (object)',
    ],
    [{ endpoint: '/', fieldname: 'x' }, 'Unknown option `fieldname`'],
    [{ endpoint: '/', constructor: 'x' }, 'Unknown option `constructor`'],
  ])('are refused when wrong: %j', (options, message) => {
    expect(() => formUpload(options as never)).toThrow(new TypeError(message))
  })

  it('may be given as undefined', () => {
    const options = { endpoint: '/', fieldName: undefined, fields: undefined, parseResponse: undefined }
    expect(formUpload(options as never)).toMatchObject({ name: 'form', version: 1 })
  })
})
