import axios, { type AxiosRequestConfig } from 'axios'

/** The absolute URL an answer came from, after redirects where the adapter tells; empty where it cannot be known. */
export function answeringUrl(response: { readonly config?: unknown; readonly request?: unknown }): string {
  const { request } = response
  // an XMLHttpRequest; a redirected ClientRequest; the Request of fetch, which does not tell where it was led to
  const told =
    textAt(request, 'responseURL') || textAt(valueAt(request, 'res'), 'responseUrl') || textAt(request, 'url')
  return absolute(told || uriOf(response.config))
}

function uriOf(config: unknown): string {
  try {
    // only what makes the URL: once answered, a config holds its response, which holds the config, and axios merges deep
    const { url, baseURL, params, paramsSerializer, allowAbsoluteUrls } = (config ?? {}) as AxiosRequestConfig
    return axios.getUri({ url, baseURL, params, paramsSerializer, allowAbsoluteUrls } as AxiosRequestConfig)
  } catch {
    return ''
  }
}

function absolute(url: string): string {
  const base = typeof location === 'undefined' ? undefined : location.href
  try {
    return new URL(url, base).href
  } catch {
    return ''
  }
}

function textAt(holder: unknown, key: string): string {
  const value = valueAt(holder, key)
  return typeof value === 'string' ? value : ''
}

function valueAt(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined
}
