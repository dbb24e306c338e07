type Handler = (event: unknown) => void

/** How a framework wants a prop of ours to be called. */
export type NormalizeKey = (key: string) => string

/** `onDragEnter` as `onDragenter`: for frameworks that make the event's name out of what comes after `on`. */
export function lowerCaseEvents(key: string): string {
  return key.replace(/^(on.)(.+)/, (_all, start: string, rest: string) => start + rest.toLowerCase())
}

/**
 * The app's props over ours.
 *
 * Where both have a handler the app's goes first, and ours leaves an event alone whose default was prevented. A handler
 * of the app counts as the same in any case (`onDragenter`), and may be a list of handlers.
 */
export function composeProps(own: object, given: object, normalize: NormalizeKey = (key) => key): object {
  const ours = new Map(Object.entries(own).map(([key, value]) => [key.toLowerCase(), { key, value }]))
  const props: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(own)) if (value !== undefined) props[normalize(key)] = value
  for (const [key, value] of Object.entries(given)) {
    const mine = ours.get(key.toLowerCase())
    if (!mine) props[key] = value
    else if (typeof mine.value !== 'function') props[normalize(mine.key)] = value
    else if (value) props[normalize(mine.key)] = inTurn(value as Handler | Handler[], mine.value as Handler)
  }
  return props
}

function inTurn(given: Handler | readonly Handler[], own: Handler): Handler {
  return (event) => {
    for (const handler of [given].flat()) handler(event)
    own(event)
  }
}
