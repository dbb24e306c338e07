import type { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'

/** Takes headers of the SDK's own from a command, before it is signed. */
export function withoutHeaders(command: CreateMultipartUploadCommand, names: RegExp): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const headers: unknown = Reflect.get(Object(args.request), 'headers')
      for (const name of Object.keys(Object(headers))) {
        if (names.test(name.toLowerCase())) Reflect.deleteProperty(Object(headers), name)
      }
      return next(args)
    },
    { name: 'ladingWithoutHeaders', step: 'build', priority: 'low' },
  )
}
