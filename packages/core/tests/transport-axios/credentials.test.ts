import axios from 'axios'
import { afterEach, describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import { echo, seenIn } from './echo.ts'
import { loopback } from './loopback.ts'
import { requestTo } from './request.ts'

describe('a request without credentials', () => {
  afterEach(() => {
    delete axios.defaults.headers.common['Authorization']
    delete axios.defaults.baseURL
    delete axios.defaults.params
    axios.interceptors.request.clear()
  })

  it('carries nothing of the app, of its instance or of the axios module', async () => {
    const origin = await loopback(echo)
    const http = axios.create({
      baseURL: 'http://nowhere.invalid',
      headers: { Authorization: 'Bearer s3cret' },
      auth: { username: 'user', password: 's3cret' },
      params: { key: 's3cret' },
    })
    http.interceptors.request.use(() => {
      throw new Error('the instance was used')
    })
    axios.defaults.headers.common['Authorization'] = 'Bearer s3cret'
    axios.defaults.baseURL = 'http://nowhere.invalid'
    axios.defaults.params = { key: 's3cret' }
    axios.interceptors.request.use(() => {
      throw new Error('the module was used')
    })
    const request = requestTo(`${origin}/bucket/key?signature=x`, {
      method: 'PUT',
      credentials: 'none',
      headers: { 'x-amz-acl': 'private' },
      body: { kind: 'blob', blob: new Blob(['part']), type: 'image/png' },
    })
    const seen = seenIn(await axiosTransport(http).send(request))
    expect(JSON.stringify(seen)).not.toContain('s3cret')
    expect(seen).toMatchObject({ method: 'PUT', url: '/bucket/key?signature=x', bytes: 'part' })
    expect(Object.keys(seen.headers).sort()).toEqual([
      'accept-encoding',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
      'x-amz-acl',
    ])
  })

  it('brings any status as an answer', async () => {
    const origin = await loopback((_, response) => void response.writeHead(403).end('<Error/>'))
    const answer = await axiosTransport().send(requestTo(origin, { credentials: 'none' }))
    expect(answer).toMatchObject({ status: 403, text: '<Error/>', url: `${origin}/` })
  })
})
