/** Reads are counted with labels that stay few. */
import type { JsonValue } from '../../src/core/json'
import { ReadCounts, type ReadCountsOptions, valueLabel } from '../../src/metrics/read-counts'

function counted(reads: (counts: ReadCounts) => void, options?: ReadCountsOptions): unknown[] {
  const counts = new ReadCounts(options)
  reads(counts)
  return [...counts.counts()].map(({ feature, source, value, reads: count }) => [
    feature,
    source,
    value,
    count,
  ])
}

test('by feature, source and value', () => {
  expect(
    counted((counts) => {
      counts.read('a', 'force', true)
      counts.read('a', 'force', true)
      counts.read('a', 'defaultValue', false)
      counts.read('b', 'force', true)
    }),
  ).toEqual([
    ['a', 'force', 'true', 2],
    ['a', 'defaultValue', 'false', 1],
    ['b', 'force', 'true', 1],
  ])
})

test('names that nobody defined are one, but for those that the code knows', () => {
  expect(
    counted(
      (counts) => {
        for (const name of ['x', 'y', 'z', 'later']) counts.read(name, 'unknownFeature', false)
        counts.read('x', 'not_ready', false)
      },
      { knownFeatures: ['later'] },
    ),
  ).toEqual([
    ['<unknown>', 'unknownFeature', 'false', 3],
    ['<unknown>', 'not_ready', 'false', 1],
    ['later', 'unknownFeature', 'false', 1],
  ])
})

test('values of one feature beyond twenty are one, and those that were there go on', () => {
  const all = counted((counts) => {
    for (let n = 0; n < 1000; n++) counts.read('a', 'force', n)
    counts.read('a', 'experiment', 3)
    counts.read('a', 'experiment', 500)
    counts.read('b', 'force', 500)
  })
  expect(all).toHaveLength(20 + 1 + 2 + 1)
  expect(all.slice(19)).toEqual([
    ['a', 'force', '19', 1],
    ['a', 'force', '<other>', 980],
    ['a', 'experiment', '3', 1],
    ['a', 'experiment', '<other>', 1],
    ['b', 'force', '500', 1],
  ])
})

test('the number of values may be another', () => {
  expect(
    counted(
      (counts) => {
        for (let n = 0; n < 5; n++) counts.read('a', 'force', n)
      },
      { valuesPerFeature: 2 },
    ),
  ).toEqual([
    ['a', 'force', '0', 1],
    ['a', 'force', '1', 1],
    ['a', 'force', '<other>', 3],
  ])
})

test.each<[JsonValue, string]>([
  [true, 'true'],
  [false, 'false'],
  [null, 'null'],
  [0, '0'],
  [-1.5, '-1.5'],
  [1e300, '1e+300'],
  ['', ''],
  ['blue', 'blue'],
  ['x'.repeat(32), 'x'.repeat(32)],
  ['x'.repeat(33), '<string>'],
  ['😀'.repeat(32), '😀'.repeat(32)],
  ['😀'.repeat(33), '<string>'],
  [[], '<array>'],
  [[1], '<array>'],
  [{}, '<object>'],
  [{ a: 1 }, '<object>'],
])('%j is labelled %j', (value, label) => {
  expect(valueLabel(value)).toBe(label)
})
