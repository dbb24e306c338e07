import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface CliOptions {
  readonly dir: string
  readonly port: number
  readonly host: string
  readonly basePath: string | undefined
  readonly maxFileSizeBytes: number | undefined
  readonly corsOrigins: readonly string[]
  readonly tus: boolean
}

/** Something on the command line is wrong; its message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What `--help` prints. */
export const USAGE = `Usage: lading-server --dir <folder> [options]

  --dir <folder>          where uploads and files are kept; made if it is not there
  --port <number>         8787 unless given; 0 takes any that is free
  --host <address>        127.0.0.1 unless given
  --base-path <path>      /uploads unless given
  --max-file-size <size>  the largest file: bytes, or with KiB, MiB, GiB or TiB
  --cors <origin>         an origin whose pages may upload, or *; can be repeated
  --tus                   speak tus 1.0.0 too, for tus-js-client, Uppy and their like
  --help                  this text

Everybody who can reach it can upload. To decide who may, mount @lading/server in a server of your own.
`

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

/** Reads the command line. Throws a UsageError. */
export function readCliOptions(args: readonly string[]): CliOptions | 'help' {
  const { dir, port, host, help, cors = [], tus = false, ...rest } = parse(args)
  if (help) return 'help'
  if (!dir) throw new UsageError('--dir <folder> is missing')
  const size = rest['max-file-size']
  return {
    dir,
    port: port === undefined ? 8787 : readPort(port),
    host: host ?? '127.0.0.1',
    basePath: rest['base-path'],
    maxFileSizeBytes: size === undefined ? undefined : readSize(size),
    corsOrigins: cors.map(readOrigin),
    tus,
  }
}

type Values = ReturnType<typeof parseValues>

function parse(args: readonly string[]): Values {
  try {
    return parseValues(args)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function parseValues(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dir: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      'base-path': { type: 'string' },
      'max-file-size': { type: 'string' },
      cors: { type: 'string', multiple: true },
      tus: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  return values
}

function readPort(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (port >= 0 && port <= 65_535) return port
  throw new UsageError(`--port must be a number from 0 to 65535, not ${value}`)
}

function readSize(value: string): number {
  const [, digits = '', unit = ''] = /^(\d+)\s*([a-z]*)$/i.exec(value) ?? []
  const bytes = Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN)
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes
  throw new UsageError(`--max-file-size must be a size such as 500MiB, not ${value}`)
}

function readOrigin(value: string): string {
  if (value === '*') return value
  if (URL.canParse(value) && new URL(value).origin === value) return value
  throw new UsageError(`--cors must be an origin such as https://app.example, or *, not ${value}`)
}
