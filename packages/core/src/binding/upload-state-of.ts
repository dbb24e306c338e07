import type { Readable } from '../api/readable.ts'
import type { Upload, UploadState } from '../api/upload.ts'
import type { Uploader } from '../api/uploader.ts'
import type { Metadata } from '../ports/protocol.ts'

const nothing: Readable<undefined> = {
  get: () => undefined,
  subscribe: () => ({ unsubscribe: () => {} }),
}

/**
 * The state of one upload by its handle, or by its id as long as that is on the list.
 *
 * `uploader` is asked for only where there is an id to look up.
 */
export function uploadStateOf<Result, Meta extends Metadata>(
  uploadOrId: Upload<Result, Meta> | string | undefined,
  uploader: () => Uploader<Result, Meta>,
): Readable<UploadState<Result> | undefined> {
  if (uploadOrId === undefined) return nothing
  return typeof uploadOrId === 'string' ? stateById(uploadOrId, uploader()) : uploadOrId.state
}

/** Listens to the list's events and not to the store: a page of rows costs nothing while bytes travel. */
function stateById<Result, Meta extends Metadata>(
  id: string,
  uploader: Uploader<Result, Meta>,
): Readable<UploadState<Result> | undefined> {
  const get = (): UploadState<Result> | undefined => uploader.get(id)?.state.get()
  return {
    get,
    subscribe(listener) {
      let upload = uploader.get(id)
      let subscription = upload?.state.subscribe(listener)
      const follow = (): void => {
        const present = uploader.get(id)
        if (present === upload) return
        subscription?.unsubscribe()
        upload = present
        subscription = present?.state.subscribe(listener)
        listener(get())
      }
      const offs = [uploader.on('added', follow), uploader.on('removed', follow)]
      return {
        unsubscribe() {
          subscription?.unsubscribe()
          for (const off of offs) off()
        },
      }
    },
  }
}
