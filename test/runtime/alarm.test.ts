import { Alarm } from '../../src/runtime/alarm'
import { eventually } from '../support/eventually'

const holding = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

describe('an alarm', () => {
  it('rings once when it is set, and can be set again from its own ring', async () => {
    let rings = 0
    const alarm: Alarm = new Alarm(() => {
      rings++
      if (rings < 3) alarm.set(1)
    })
    alarm.set(1)
    await eventually('three rings', () => rings === 3)
  })

  it('has one time at most: setting it replaces the time before', async () => {
    const rings: string[] = []
    const alarm = new Alarm(() => rings.push('rang'))
    alarm.set(1)
    alarm.set(60_000)
    alarm.set(2)
    await eventually('a ring', () => rings.length > 0)
    expect(rings).toEqual(['rang'])
  })

  it('is moved earlier by ringWithin, and never later', async () => {
    let rings = 0
    const alarm = new Alarm(() => rings++)
    alarm.set(60_000)
    alarm.ringWithin(1)
    alarm.ringWithin(60_000)
    await eventually('a ring', () => rings === 1)
    alarm.ringWithin(1)
    await eventually('a ring after the first', () => rings === 2)
  })

  it('does not ring once it is cleared, and can be set anew', async () => {
    const rings: string[] = []
    const cleared = new Alarm(() => rings.push('cleared'))
    const other = new Alarm(() => rings.push('other'))
    cleared.set(1)
    other.set(2)
    cleared.clear()
    await eventually('the other', () => rings.length > 0)
    expect(rings).toEqual(['other'])
    cleared.ringWithin(1)
    await eventually('the one that was cleared', () => rings.length > 1)
  })

  it.each([
    [undefined, 0],
    [false, 0],
    [true, 1],
  ])('with keepAlive %p holds the process by %p timers', (keepAlive, timers) => {
    const before = holding()
    const alarm = new Alarm(() => undefined, keepAlive)
    alarm.set(60_000)
    expect(holding() - before).toBe(timers)
    alarm.clear()
    expect(holding()).toBe(before)
  })
})
