/** Shows a story as on a page that a person wants dark; gives back what undoes it. */
export function inTheDark(): () => void {
  const { style } = document.documentElement
  style.colorScheme = 'dark'
  return () => style.removeProperty('color-scheme')
}
