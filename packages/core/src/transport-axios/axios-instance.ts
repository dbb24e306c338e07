/** The app's own axios instance, as `createUploader` takes it. */
export type { AxiosInstance } from 'axios'
