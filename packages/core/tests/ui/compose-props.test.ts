import { describe, expect, it } from 'vitest'
import { composeProps, lowerCaseEvents } from '../../src/ui/compose-props.ts'

type Called = { readonly [key: string]: (event: unknown) => void }

describe('composeProps', () => {
  it('puts the app’s props over ours and keeps the rest of both', () => {
    expect(composeProps({ role: 'group', tabIndex: 0 }, { role: 'button', className: 'zone' })).toEqual({
      role: 'button',
      tabIndex: 0,
      className: 'zone',
    })
  })

  it('leaves out what we have no value for, and lets the app take a prop away', () => {
    expect(composeProps({ a: undefined, role: 'group' }, { role: undefined })).toEqual({ role: undefined })
    expect('a' in composeProps({ a: undefined }, {})).toBe(false)
  })

  it('calls the app’s handler first, then ours, with the same event', () => {
    const calls: unknown[] = []
    const note = (who: string) => (event: unknown) => void calls.push([who, event])
    const props = composeProps({ onDrop: note('ours') }, { onDrop: note('app') }) as Called
    props['onDrop']?.(7)
    expect(calls).toEqual([
      ['app', 7],
      ['ours', 7],
    ])
  })

  it('keeps our handler where the app’s is missing', () => {
    const calls: string[] = []
    const props = composeProps({ onDrop: () => calls.push('ours') }, { onDrop: undefined }) as Called
    props['onDrop']?.(0)
    expect(calls).toEqual(['ours'])
  })

  it('names our props as the framework wants them, and none of the app’s', () => {
    const calls: string[] = []
    const note = (who: string) => () => void calls.push(who)
    const props = composeProps(
      { onDragEnter: note('ours'), onKeyDown: note('ours'), tabIndex: 0 },
      { onDragenter: [note('one'), note('two')], onMyEvent: note('app') },
      lowerCaseEvents,
    ) as Called
    expect(Object.keys(props).sort()).toEqual(['onDragenter', 'onKeydown', 'onMyEvent', 'tabIndex'])
    props['onDragenter']?.(0)
    expect(calls).toEqual(['one', 'two', 'ours'])
  })
})
