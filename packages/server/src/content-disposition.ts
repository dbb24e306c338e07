// Path separators, what file systems of other systems refuse, controls, and marks that reverse the text
// direction (with which exe.gpj.scr shows as scr.jpg.exe).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be taken out.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g
const LONE_SURROGATE = /\p{Surrogate}/gu
const NOT_ATTR_CHAR = /['()*]/g
const LONGEST = 180

/** The `Content-Disposition` of a download (RFC 6266), with the name in both forms (RFC 8187). */
export function contentDisposition(name: string): string {
  const safe = cut(name.replace(LONE_SURROGATE, '_').replace(UNSAFE, '_').trim()) || 'file'
  const ascii = safe.replace(/[^\u0020-\u007e]/g, '_').replace(/%/g, '_')
  const encoded = encodeURIComponent(safe).replace(
    NOT_ATTR_CHAR,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** Names are cut by characters, never inside one, and keep what looks like an extension. */
function cut(name: string): string {
  const characters = [...name]
  if (characters.length <= LONGEST) return name
  const extension = /\.[\w-]{1,16}$/.exec(name)?.[0] ?? ''
  return characters.slice(0, LONGEST - extension.length).join('') + extension
}
