import { LongLists } from '../../src/runtime/long-lists'
import { atOnce, TimeSlice } from '../../src/runtime/time-slice'

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

test.each([
  ['a short list is gone through at once', 500, 500],
  ['a long list waits', 501, 0],
])('%s', (_what, length, visited) => {
  const seen: number[] = []
  new LongLists().each(numbers(length), (item) => seen.push(item))
  expect(seen).toHaveLength(visited)
})

test('long lists are gone through in order, with what they hand over meanwhile', () => {
  const lists = new LongLists()
  const seen: string[] = []
  lists.each(numbers(600), (item, i) => {
    if (item === 0) lists.each(numbers(501), (inner) => seen.push(`inner ${inner}`))
    seen.push(`outer ${i}`)
  })
  atOnce(lists.visitAll(new TimeSlice()))
  expect([seen.length, seen[0], seen[599], seen[600], seen.at(-1)]).toEqual([
    1101,
    'outer 0',
    'outer 599',
    'inner 0',
    'inner 500',
  ])
})

test('work on a long list yields whenever a slice is over', () => {
  const lists = new LongLists()
  const slice = new TimeSlice()
  jest.spyOn(slice, 'isOver').mockReturnValue(true)
  lists.each(numbers(2000), () => undefined)
  let steps = 0
  for (const work = lists.visitAll(slice); !work.next().done;) steps++
  expect(steps).toBeGreaterThan(50)
})
