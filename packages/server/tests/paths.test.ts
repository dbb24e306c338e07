import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { someBytes } from './support/bytes.ts'
import { EMPTY_STORAGE, listFolder, startHttp, startServer } from './support/server-fixture.ts'
import { readProblem } from './support/upload-client.ts'

const ID = '0'.repeat(33)

/** The status of a request whose path nobody has tidied on the way. */
function statusOf(port: number, method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end(`${method} ${path} HTTP/1.1\r\nHost: local.test\r\nConnection: close\r\n\r\n`)
    })
    let text = ''
    socket.on('data', (data) => {
      text += data.toString()
    })
    socket.on('end', () => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1])))
    socket.on('error', reject)
  })
}

describe('a path', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/uploadsX'],
    ['GET', '/uploads/'],
    ['GET', '/uploads//'],
    ['GET', '/uploads/files'],
    ['GET', '/uploads/files/'],
    ['GET', '/uploads/batches'],
    ['POST', '/uploads/matches/'],
    ['GET', `/uploads/${ID}/`],
    ['POST', `/uploads/${ID}/match`],
    ['POST', `/uploads/${ID}/complete/`],
    ['GET', `/uploads/files/${ID}/data`],
    ['GET', '/uploads/../secret'],
    ['GET', '/uploads/files/..'],
    ['GET', '/uploads/files/../../secret'],
    ['GET', '/uploads/files/../secret'],
    ['GET', '/uploads/files/..%2f..%2fsecret'],
    ['GET', '/uploads/files/%2e%2e%2fsecret'],
    ['GET', '/uploads/files/..\\..\\secret'],
    ['GET', '/uploads/files/.'],
    ['GET', `/uploads/files/${ID.toUpperCase()}A`],
    ['GET', `/uploads/files/${ID}%00`],
    ['GET', '/uploads/lock'],
    ['GET', '/uploads/__proto__'],
    ['GET', '/uploads/files/constructor'],
    ['DELETE', '/uploads/files/..'],
    ['DELETE', '/uploads/..'],
    ['DELETE', '/uploads/files'],
    ['GET', '//uploads/files/secret'],
    ['GET', 'http://elsewhere.test/uploads/files/..'],
  ])('%s %s leads nowhere', async (method, path) => {
    const { port, dir } = await startHttp()
    await writeFile(join(dir, 'secret'), 'x')
    expect(await statusOf(port, method, path)).toBe(404)
    expect(await listFolder(dir)).toEqual([...EMPTY_STORAGE, 'secret'].sort())
  })

  it.each([
    ['PUT', '/uploads', 'POST, OPTIONS'],
    ['GET', '/uploads', 'POST, OPTIONS'],
    ['POST', `/uploads/${ID}`, 'GET, HEAD, PATCH, DELETE'],
    ['GET', `/uploads/${ID}/complete`, 'POST'],
    ['PATCH', `/uploads/files/${ID}`, 'GET, HEAD, DELETE'],
    ['OPTIONS', `/uploads/${ID}`, 'GET, HEAD, PATCH, DELETE'],
  ])('says what else can be done where %s %s cannot', async (method, path, allow) => {
    const { client } = await startServer()
    const response = await client.send(path, { method, headers: {} })
    expect(response.headers.get('allow')).toBe(allow)
    await readProblem(response, 405, 'method-not-allowed')
  })

  it('may have a query, for whoever authorises', async () => {
    const asked: string[] = []
    const { client } = await startHttp({
      authorize: (request) => {
        asked.push(new URL(request.url).search)
        return {}
      },
    })
    const { id } = await client.published(someBytes(3))
    expect((await client.file(`${id}?token=a%20b`)).status).toBe(200)
    expect(asked).toEqual(['', '?token=a%20b'])
  })

  it('starts with the base path that was given', async () => {
    const { client } = await startHttp({ basePath: '/api/v1/up' })
    const { id, result } = await client.published(someBytes(3))
    expect(result.url).toBe(`/api/v1/up/files/${id}`)
    expect(await client.bytes(id)).toHaveLength(3)
  })
})
