export { axiosTransport } from './transport-axios/axios-transport.ts'
