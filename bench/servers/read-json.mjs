/**
 * A whole body as JSON.
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<any>}
 */
export async function readJson(request) {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text === '' ? undefined : JSON.parse(text)
}
