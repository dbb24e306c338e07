import axios, { type Axios } from 'axios'

/** Whether an instance with these defaults makes its requests by axios' `fetch` adapter. */
export function usesFetch({ adapter, env }: Axios['defaults']): boolean {
  const config = env ? { env } : {}
  try {
    const made = axios.getAdapter(adapter ?? axios.defaults.adapter, config)
    return made === axios.getAdapter('fetch', config)
  } catch {
    // no adapter fits: the request itself says so
    return false
  }
}
