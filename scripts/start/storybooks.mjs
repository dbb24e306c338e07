/**
 * One Storybook of the two.
 * @typedef {{ framework: 'react' | 'vue', title: string, port: number, url: string }} Storybook
 */

/**
 * React on the given port with Vue composed into it, and Vue on the next one.
 * @param {{ host: string, port: number }} options
 * @returns {readonly [Storybook, Storybook]}
 */
export function storybooks({ host, port }) {
  const name = ['127.0.0.1', '0.0.0.0'].includes(host) ? 'localhost' : host
  const urlOf = (/** @type {number} */ at) => `http://${name}:${at}`
  return [
    { framework: 'react', title: 'React', port, url: urlOf(port) },
    { framework: 'vue', title: 'Vue', port: port + 1, url: urlOf(port + 1) },
  ]
}
