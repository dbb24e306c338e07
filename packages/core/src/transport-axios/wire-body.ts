import type { Body, FormEntry } from '../ports/transport.ts'

/** A body as axios takes it, with the Content-Type it goes by. */
export interface WireBody {
  readonly data: Blob | FormData | string
  readonly contentType: string
}

/** Makes a description real. A Content-Type among `headers` is stronger than the description's own. */
export function wireBody(body: Body, headers: Readonly<Record<string, string>>): WireBody {
  const wanted = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  switch (body.kind) {
    case 'blob':
      return typedBlob(body.blob, wanted ?? body.type ?? body.blob.type)
    case 'form':
      // without a boundary: each adapter knows that it has to add its own
      return { data: formData(body.entries), contentType: 'multipart/form-data' }
    case 'urlencoded':
      return {
        data: new URLSearchParams(body.entries.map(([name, value]) => [name, value])).toString(),
        contentType: wanted ?? 'application/x-www-form-urlencoded',
      }
    case 'json':
      return { data: JSON.stringify(body.value), contentType: wanted ?? 'application/json' }
    default:
      return body satisfies never
  }
}

/** In Node axios takes the type from the Blob and overwrites the header, so both must say the same. */
function typedBlob(blob: Blob, type: string): WireBody {
  const contentType = type || 'application/octet-stream'
  return { data: typed(blob, contentType), contentType }
}

/** The same bytes under another type: a slice, never a copy. */
function typed(blob: Blob, type: string): Blob {
  return blob.type === type ? blob : blob.slice(0, blob.size, type)
}

function formData(entries: readonly FormEntry[]): FormData {
  const form = new FormData()
  for (const entry of entries) {
    // browsers send a newline in a name as CR LF (HTML, 4.10.22.8), axios in Node as it is
    const name = entry.name.replace(/\r\n|\r|\n/g, '\r\n')
    if ('blob' in entry)
      form.append(name, typed(entry.blob, entry.type ?? entry.blob.type), carriable(entry.filename))
    else form.append(name, entry.value)
  }
  return form
}

/** A file name without the control characters that parsers refuse in a header; CR and LF are escaped later on. */
function carriable(filename: string): string {
  return filename.replace(/[^\P{Cc}\r\n\t]/gu, '_')
}
