import { sortInSlices } from '../../../src/live-config/text/sort-in-slices'
import { atOnce, TimeSlice } from '../../../src/runtime/time-slice'

/** Numbers in an order that is the same in every run. */
const jumbled = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `name_${(i * 7919) % 10_007}`)

/** A slice that is over whenever it is asked. */
const overAtOnce = Object.assign(new TimeSlice(), { isOver: () => true })

describe('sorting in slices', () => {
  it.each([
    ['nothing', []],
    ['one name', ['a']],
    [
      'capitals, empty texts and letters beyond the basic plane',
      ['b', '', 'B', '\u{1F600}', '\uFFFD', 'ä'],
    ],
    ['equal names', ['b', 'a', 'b', 'a']],
    ['as many names as are sorted at once', jumbled(2000)],
    ['one name more', jumbled(2001)],
    ['an odd number of runs', jumbled(9999)],
  ])('sorts %s as Array.prototype.sort does', (_title, names) => {
    expect(atOnce(sortInSlices(names, new TimeSlice()))).toEqual([...names].sort())
  })

  it('yields within the sort of ten thousand names, and does not change the list that it is given', () => {
    const names = jumbled(10_000)
    const work = sortInSlices(names, overAtOnce)
    let turns = 0
    while (work.next().done !== true) turns++
    expect(turns).toBeGreaterThan(10)
    expect(names).toEqual(jumbled(10_000))
  })
})
