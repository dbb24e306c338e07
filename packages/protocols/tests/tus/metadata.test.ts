import { noiseFile } from '@lading/test-kit'
import { Metadata } from '@tus/server'
import { describe, expect, it } from 'vitest'
import type { TusMetadata } from '../../src/tus/index.ts'
import { errorOf, smallServer, uploadBy } from './upload-by-tus.ts'

const file = new File([await noiseFile('x', 1000).arrayBuffer()], 'Größe, 你好 😀.png', { type: 'image/png' })

/** `Upload-Metadata` as the server saw it. */
async function said(metadata?: () => TusMetadata | Promise<TusMetadata>, given = {}) {
  const server = await smallServer()
  const options = { endpoint: server.endpoint, ...(metadata && { metadata }) }
  const { outcome } = await uploadBy(options, file, { metadata: given })
  const header = server.seen.find(({ method }) => method === 'POST')?.headers['upload-metadata']
  return { outcome, server, header: header === undefined ? undefined : String(header) }
}

describe('Upload-Metadata', () => {
  it('has the name, the type and what of the metadata is plain, as the published server reads it', async () => {
    const { header = '' } = await said(undefined, {
      album: 'Été',
      n: 7,
      is: true,
      list: [1],
      none: undefined,
    })
    expect(Metadata.parse(header)).toEqual({
      filename: 'Größe, 你好 😀.png',
      filetype: 'image/png',
      album: 'Été',
      n: '7',
      is: 'true',
    })
    expect(header).toMatch(/^filename [\w+/=]+,filetype aW1hZ2UvcG5n,album w4l0w6k=,n Nw==,is dHJ1ZQ==$/)
  })

  it('gives way to a name that the app says', async () => {
    const { header = '' } = await said(undefined, { filename: 'other.png' })
    expect(Metadata.parse(header)['filename']).toBe('other.png')
  })

  it('is what the option makes of it, an empty value without its space', async () => {
    const { header } = await said(async () => ({ a: '', b: 'x', c: null, d: undefined, 'e-_.~!': 0 }))
    expect(header).toBe('a,b eA==,e-_.~! MA==')
  })

  it('is left out where there is none', async () => {
    expect((await said(() => ({}))).header).toBeUndefined()
  })

  it.each(['', 'two words', 'a,b', 'größe', 'tab\tbed', 'line\nbroken'])(
    'cannot carry the key %j, and says so before anything is sent',
    async (key) => {
      const { outcome, server } = await said(undefined, { [key]: 'x' })
      expect(errorOf(outcome)).toMatchObject({ code: 'option-failed', retryable: false })
      expect(errorOf(outcome).message).toMatch(/ASCII without spaces and commas.*`metadata`/)
      expect(server.seen.map(({ method }) => method)).toEqual(['OPTIONS'])
    },
  )

  it('fails the upload where the option throws', async () => {
    const { outcome } = await said(() => {
      throw new Error('no album')
    })
    expect(errorOf(outcome)).toMatchObject({ code: 'option-failed' })
    expect(errorOf(outcome).message).toContain('no album')
  })
})
