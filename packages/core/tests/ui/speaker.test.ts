import { describe, expect, it } from 'vitest'
import { createSpeaker } from '../../src/ui/speaker.ts'
import { manualClock } from './manual-clock.ts'

const setUp = () => {
  const clock = manualClock()
  const speaker = createSpeaker(clock, 1000)
  const heard: string[] = []
  speaker.text.subscribe((text) => heard.push(text))
  return { clock, speaker, heard }
}

describe('speaker', () => {
  it('says the first text at once, and another when there was time to listen', () => {
    const { clock, speaker, heard } = setUp()
    expect(speaker.text.get()).toBe('')
    speaker.say('one')
    speaker.say('two')
    expect(heard).toEqual(['one'])
    clock.advance(999)
    expect(heard).toEqual(['one'])
    clock.advance(1)
    expect(heard).toEqual(['one', 'two'])
    clock.advance(5000)
    speaker.say('three')
    expect(heard).toEqual(['one', 'two', 'three'])
  })

  it('says the last of what came in between', () => {
    const { clock, speaker, heard } = setUp()
    for (const text of ['one', 'two', 'three', 'four']) speaker.say(text)
    clock.advance(1000)
    expect(heard).toEqual(['one', 'four'])
    expect(clock.waiting()).toBe(0)
  })

  it('lets an idle text give way, whether it came first or last', () => {
    const { clock, speaker, heard } = setUp()
    speaker.say('one')
    speaker.say('25', true)
    speaker.say('50', true)
    clock.advance(1000)
    speaker.say('75', true)
    speaker.say('failed')
    speaker.say('100', true)
    clock.advance(1000)
    expect(heard).toEqual(['one', '50', 'failed'])
  })

  it('says nothing more once hushed', () => {
    const { clock, speaker, heard } = setUp()
    speaker.say('one')
    speaker.say('two')
    speaker.hush()
    clock.advance(1000)
    expect(heard).toEqual(['one'])
  })
})
