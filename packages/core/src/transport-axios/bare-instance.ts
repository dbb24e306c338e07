import axios, { type Axios } from 'axios'

/**
 * An instance that knows nothing of the app: no interceptors, headers, base URL, credentials or XSRF header.
 *
 * Made by the class and not by `axios.create`, which copies whatever the app has put into `axios.defaults`.
 */
export function bareInstance(): Axios {
  return new axios.Axios({
    adapter: ['xhr', 'http', 'fetch'],
    headers: {},
    withCredentials: false,
    withXSRFToken: false,
    xsrfCookieName: '',
    validateStatus: null,
  })
}
