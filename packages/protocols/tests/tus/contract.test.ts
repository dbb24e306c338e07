import { protocolContract } from '@lading/test-kit'
import { expect } from 'vitest'
import { type TusResult, tus } from '../../src/tus/index.ts'
import { startLadingServer } from './lading-server.ts'
import { startSmallServer } from './small-server.ts'
import { startTusServer } from './tus-server.ts'

const abilities = {
  canResume: true,
  goesOnInsideChunks: true,
  hasSession: true,
  canAbort: true,
  isIdempotent: false,
  carriesName: true,
  credentials: 'app',
  expectResult: ({ url, name, size, type }: TusResult, file: File): void => {
    expect({ name, size, type }).toEqual({ name: file.name, size: file.size, type: file.type })
    expect(new URL(url).pathname).toMatch(/^\/files\/[0-9a-f]{32}$/)
  },
} as const

protocolContract(startTusServer, (origin) => tus({ endpoint: `${origin}/files` }), {
  name: 'tus',
  ...abilities,
})

protocolContract(
  () => startTusServer({ relativeLocation: true }),
  (origin) => tus({ endpoint: `${origin}/files`, dataDuringCreation: true }),
  { name: 'tus, small files with their creation, relative locations', ...abilities },
)

protocolContract(
  startLadingServer,
  (origin) => tus({ endpoint: `${origin}/uploads`, resultHeaders: ['Lading-Result'] }),
  {
    name: "tus on Lading's own server, with checksums",
    ...abilities,
    expectResult: ({ url, headers, size }, file) => {
      expect(size).toBe(file.size)
      expect(headers['Lading-Result']).toBe(new URL(url).pathname.replace('/uploads', '/uploads/files'))
    },
  },
)

protocolContract(
  () => startSmallServer({ extensions: ['creation', 'termination', 'concatenation', 'checksum'] }),
  (origin) => tus({ endpoint: `${origin}/files`, parallel: 3 }),
  {
    name: 'tus in three lanes, with SHA-1',
    ...abilities,
    expectResult: ({ url, size }, file) => {
      expect(size).toBe(file.size)
      expect(new URL(url).pathname).toMatch(/^\/files\/\d+$/)
    },
  },
)
