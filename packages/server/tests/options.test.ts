import { describe, expect, it } from 'vitest'
import { createUploadServer, diskStorage, toNodeListener } from '../src/index.ts'

const storage = diskStorage('./never-started')
/** What somebody who uses no TypeScript may write. */
const anything = (json: string) => JSON.parse(json)

describe('an option', () => {
  it.each([
    [
      'storage',
      '{"storage":{}}',
      'Expected `storage` to be a storage, such as diskStorage(…) or s3Storage(…), got `{}` (object)',
    ],
    [
      'basePath',
      '{"basePath":"uploads"}',
      'Expected `basePath` to be a path such as \'/uploads\', without a slash at its end, got `"uploads"` (string)',
    ],
    ['basePath', '{"basePath":"/"}', '`basePath`'],
    ['basePath', '{"basePath":"/a/"}', '`basePath`'],
    [
      'publicUrl',
      '{"publicUrl":"/a"}',
      'Expected `publicUrl` to be an absolute http(s) URL, got `"/a"` (string)',
    ],
    ['authorize', '{"authorize":true}', 'Expected `authorize` to be a function, got `true` (boolean)'],
    ['onComplete', '{"onComplete":1}', 'Expected `onComplete` to be a function, got `1` (number)'],
    ['cors', '{"cors":true}', '`cors` to be an object'],
    ['cors.origin', '{"cors":{"origin":true}}', '`cors.origin`'],
    ['cors.credentials', '{"cors":{"origin":"*","credentials":true}}', '`cors.credentials`'],
    ['tus', '{"tus":"yes"}', 'Expected `tus` to be a boolean, got `"yes"` (string)'],
    ['instant', '{"instant":true}', "Expected `instant` to be false or 'owner', got `true` (boolean)"],
    ['limits', '{"limits":7}', '`limits` to be an object'],
    [
      'limits.maxFileSizeBytes',
      '{"limits":{"maxFileSizeBytes":0}}',
      'Expected `limits.maxFileSizeBytes` to be a positive integer, got `0` (number)',
    ],
    [
      'limits.maxChunkSizeBytes',
      '{"limits":{"maxChunkSizeBytes":1048576}}',
      '`limits.maxChunkSizeBytes` to be at least 67108864',
    ],
    ['limits.maxOpenUploads', '{"limits":{"maxOpenUploads":1.5}}', '`limits.maxOpenUploads`'],
    [
      'limits.maxOpenUploadsPerOwner',
      '{"limits":{"maxOpenUploadsPerOwner":"9"}}',
      '`limits.maxOpenUploadsPerOwner`',
    ],
    ['limits.expiresAfterMs', '{"limits":{"expiresAfterMs":-1}}', '`limits.expiresAfterMs`'],
    ['limits.idleTimeoutMs', '{"limits":{"idleTimeoutMs":null}}', '`limits.idleTimeoutMs`'],
    [
      'limits.maxMetadataBytes',
      '{"limits":{"maxMetadataBytes":-1}}',
      '`limits.maxMetadataBytes` to be a non-negative integer',
    ],
    ['limits.maxSize', '{"limits":{"maxSize":1}}', '`limits.maxSize` to be left out'],
  ])('%s that is wrong is named at once: %s', (_name, json, message) => {
    expect(() => createUploadServer({ storage, ...anything(json) })).toThrow(TypeError)
    expect(() => createUploadServer({ storage, ...anything(json) })).toThrow(message)
  })

  it('of the disk storage and of the listener is named too', () => {
    expect(() => diskStorage('')).toThrow('Expected `dir` to be a path, got `` (string)')
    expect(() => toNodeListener(anything('{}'))).toThrow('Expected `server`')
  })

  it('for larger files makes room for the chunks they need', async () => {
    const server = createUploadServer({ storage, limits: { maxFileSizeBytes: 2 ** 41 } })
    const response = await server.fetch(new Request('http://local.test/uploads', { method: 'OPTIONS' }))
    expect((await response.json()).limits.maxChunkSizeBytes).toBe(256 * 1024 ** 2)
  })
})
