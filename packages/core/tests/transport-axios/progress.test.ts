import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { axiosTransport } from '../../src/axios.ts'
import { echo, seenIn } from './echo.ts'
import { loopback } from './loopback.ts'
import { rejectionOf, requestTo } from './request.ts'

const size = 3_000_000
const body = { kind: 'blob', blob: new Blob([new Uint8Array(size)]) } as const

describe('progress in Node', () => {
  it('rises to the length of the body', async () => {
    const origin = await loopback(echo)
    const sent: number[] = []
    await axiosTransport().send(requestTo(origin, { body, onSent: (bytes) => sent.push(bytes) }))
    expect(sent.at(-1)).toBe(size)
    expect(sent).toEqual(sent.toSorted((a, b) => a - b))
  })

  it('keeps the length of the request known', async () => {
    const origin = await loopback(echo)
    const answer = await axiosTransport().send(requestTo(origin, { body, onSent: () => undefined }))
    expect(seenIn(answer).headers).toMatchObject({ 'content-length': String(size) })
  })

  it('says nothing after the request was called off', async () => {
    const controller = new AbortController()
    const origin = await loopback((request) => void request.resume())
    let isOver = false
    let late = 0
    const onSent = (): void => {
      if (isOver) late++
      controller.abort()
    }
    const sending = axiosTransport().send(requestTo(origin, { body, onSent, signal: controller.signal }))
    expect(await rejectionOf(sending)).toMatchObject({ code: 'aborted' })
    isOver = true
    // longer than axios holds an event back
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(late).toBe(0)
  })

  it('is left out for an instance that uses fetch, so that the length stays known', async () => {
    const origin = await loopback(echo)
    const http = axios.create({ adapter: 'fetch' })
    const sent: number[] = []
    const request = requestTo(origin, { body, onSent: (bytes) => sent.push(bytes) })
    const seen = seenIn(await axiosTransport(http).send(request))
    expect(seen).toMatchObject({ size, headers: { 'content-length': String(size) } })
    expect(sent).toEqual([])
  })
})
