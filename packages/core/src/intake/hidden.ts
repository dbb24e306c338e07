/**
 * Whether a path leads through something hidden below its first folder: a name that begins with a dot (`.git`, `.env`,
 * `.DS_Store`, `._photo.jpg`), or what Windows leaves behind (`Thumbs.db`, `desktop.ini`).
 *
 * Such files come along unseen when a folder is taken, and hold caches and secrets; picked by themselves they are taken.
 */
export function isHidden(path: string): boolean {
  return /\/(\.|(thumbs\.db|desktop\.ini)$)/i.test(path)
}
