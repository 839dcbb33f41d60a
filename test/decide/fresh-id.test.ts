import { freshId } from '../../src/decide/fresh-id'

const ids = Array.from({ length: 5000 }, freshId)

test('is a UUID of version 4', () => {
  expect(
    ids.filter(
      (id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
    ),
  ).toEqual([])
})

test('is never the same', () => {
  expect(new Set(ids).size).toBe(ids.length)
})

test('has every digit in every place that is random, about equally often', () => {
  const places = [...'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'].flatMap((kind, place) =>
    kind === 'x' ? [place] : [],
  )
  // Of 5000, 312 are expected; ten standard deviations are 171.
  const odd = places.filter((place) =>
    [...'0123456789abcdef'].some(
      (digit) => Math.abs(ids.filter((id) => id[place] === digit).length - 312) > 171,
    ),
  )
  expect(odd).toEqual([])
})
