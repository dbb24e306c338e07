import { createHash, randomFillSync } from 'node:crypto'
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { workFolder } from './places.mjs'

export const mebibyte = 1024 * 1024
/** What the native protocol cuts files into. */
export const chunkBytes = 8 * mebibyte

/**
 * A file to send, with the digests of its chunks, so that no sink has to compute them while it is measured.
 * @typedef {{ path: string, size: number, digests: string[] }} KnownFile
 */

/**
 * A file of random bytes; made once and kept.
 * @param {number} sizeMb
 * @returns {KnownFile}
 */
export function randomFile(sizeMb) {
  const path = join(workFolder, `random-${sizeMb}.bin`)
  const size = sizeMb * mebibyte
  const list = `${path}.json`
  if (existsSync(path) && existsSync(list) && statSync(path).size === size) {
    return { path, size, digests: JSON.parse(readFileSync(list, 'utf8')) }
  }
  mkdirSync(workFolder, { recursive: true })
  const file = openSync(`${path}.part`, 'w')
  const digests = []
  for (let at = 0; at < size; at += chunkBytes) {
    const chunk = randomFillSync(Buffer.alloc(Math.min(chunkBytes, size - at)))
    writeSync(file, chunk)
    digests.push(createHash('sha256').update(chunk).digest('hex'))
  }
  closeSync(file)
  renameSync(`${path}.part`, path)
  writeFileSync(list, JSON.stringify(digests))
  return { path, size, digests }
}

/**
 * A file that is all holes: takes no space. Its digests are those of zeros.
 * @param {number} sizeMb
 * @returns {KnownFile}
 */
export function sparseFile(sizeMb) {
  const path = join(workFolder, `sparse-${sizeMb}.bin`)
  const size = sizeMb * mebibyte
  mkdirSync(workFolder, { recursive: true })
  const file = openSync(path, 'w')
  ftruncateSync(file, size)
  closeSync(file)
  const digest = createHash('sha256').update(Buffer.alloc(chunkBytes)).digest('hex')
  return { path, size, digests: Array.from({ length: size / chunkBytes }, () => digest) }
}

/**
 * A folder of so many small files in subfolders of a thousand; made once and kept.
 * @param {number} count
 */
export function folderOfFiles(count) {
  const folder = join(workFolder, `folder-${count}`)
  if (existsSync(folder) && readdirSync(folder).length === Math.ceil(count / 1000)) return folder
  for (let index = 0; index < count; index++) {
    const inside = join(folder, String(Math.floor(index / 1000)))
    if (index % 1000 === 0) mkdirSync(inside, { recursive: true })
    writeFileSync(join(inside, `${index}.txt`), `file ${index}`)
  }
  return folder
}
