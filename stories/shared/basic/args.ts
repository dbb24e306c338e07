import type { NativeUploaderOptions } from '@lading/core'

const MiB = 1024 * 1024

/** What the stories of the basic uploader start from: options of `useUploader`, as they are. */
export const basicArgs: NativeUploaderOptions = {
  endpoint: '/uploads',
  chunkSizeBytes: 8 * MiB,
  concurrency: { requests: 4, files: 3 },
  autoStart: true,
  integrity: 'sha-256',
}

/** How the options are shown and changed beside the stories. */
export const basicArgTypes = {
  endpoint: { control: false, description: 'Where `@lading/server` is mounted. Fixed at creation.' },
  chunkSizeBytes: {
    control: { type: 'number', min: 1, step: 65_536 },
    description: 'The wanted size of a chunk; holds for files that are added after the change.',
  },
  concurrency: {
    control: 'object',
    description: 'How many requests, over all files, and how many files are under way at once.',
  },
  autoStart: { control: 'boolean', description: 'Whether added files start by themselves.' },
  integrity: {
    control: 'inline-radio',
    options: ['sha-256', false],
    description: 'Whether chunks are hashed here and compared with what the server wrote.',
  },
  restrictions: { control: 'object', description: 'Which files are taken.' },
} as const
