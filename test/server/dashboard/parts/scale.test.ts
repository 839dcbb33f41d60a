import { placeOf, scaleOf } from '../../../../src/server/dashboard/parts/scale'

test.each([
  [-0.11, 0.53, [0, 0.2, 0.4]],
  [0, 365, [0, 100, 200, 300]],
  [-1.06, 2.2, [-1, 0, 1, 2]],
  [0, 28, [0, 10, 20]],
  [0, 1, [0, 0.5, 1]],
  [-0.0004, 0.0009, [0, 0.0005]],
])('the scale from %d to %d names round numbers', (low, high, ticks) => {
  expect(scaleOf(low, high).ticks).toEqual(ticks)
})

test.each([
  [0, 0],
  [50, 25],
  [200, 100],
  [-10, 0],
  [1e9, 100],
])('%d is at %d percent of the way from 0 to 200, and at an edge beyond it', (value, place) => {
  expect(placeOf(value, scaleOf(0, 200))).toBe(place)
})

test('on a scale of one value it is in the middle', () => {
  expect(placeOf(7, { low: 7, high: 7, ticks: [] })).toBe(50)
})
