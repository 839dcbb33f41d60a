/** What the variants of an experiment come to, as shares of those who are drawn. */
import { sharesOfExperiment } from '../../src/experiments/shares'
import type { JsonObject } from '../../src/core/json'

const shares = (experiment: JsonObject): Record<string, number> =>
  Object.fromEntries(
    sharesOfExperiment(experiment, { experiment }, 'liveflag').map(({ variant, share }) => [
      variant,
      share,
    ]),
  )

test.each<[string, JsonObject, Record<string, number>]>([
  [
    'by weight',
    {
      variants: [
        { name: 'b', weight: 1 },
        { name: 'a', weight: 3 },
      ],
    },
    { a: 0.75, b: 0.25 },
  ],
  [
    'equal where no weight is written',
    { variants: [{ name: 'a' }, { name: 'b' }] },
    { a: 0.5, b: 0.5 },
  ],
  [
    '0 for a variant that waits',
    { variants: [{ name: 'a' }, { name: 'b', weight: 0 }] },
    { a: 1, b: 0 },
  ],
  [
    'of whole buckets: thirds are 3334, 3333 and 3333 of ten thousand',
    { variants: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    { a: 0.3334, b: 0.3333, c: 0.3333 },
  ],
  [
    "r2's, with the controls that come by themselves",
    { variants: { big: 20 } },
    { big: 0.5, control_1: 0.25, control_2: 0.25 },
  ],
  [
    "r2's, where one is over its cap and gets less than it asks for",
    { variants: { big: 80, control_1: 10, control_2: 10 } },
    {
      big: expect.closeTo(333 / 533, 2),
      control_1: expect.closeTo(100 / 533, 2),
      control_2: expect.closeTo(100 / 533, 2),
    },
  ],
  ['none of an empty list', { variants: [] }, {}],
  ['none of variants that are all 0', { variants: { control_1: 0, control_2: 0 } }, {}],
])('%s', (_, experiment, expected) => {
  expect(shares(experiment)).toEqual(expected)
})

test('a list is nothing to r2, which has its controls alone', () => {
  expect(sharesOfExperiment({ variants: [{ name: 'a' }] }, {}, 'r2')).toEqual([
    { variant: 'control_1', share: 0.5 },
    { variant: 'control_2', share: 0.5 },
  ])
})

test("the stable scheme has the shares that are written, without r2's controls", () => {
  const experiment = {
    variants: { a: 20, b: 60 },
    ranges: { b: [[400_000, 1_000_000]], a: [[0, 200_000]] },
  }
  expect(sharesOfExperiment(experiment, { bucketing: 'stable', experiment }, 'liveflag')).toEqual([
    { variant: 'a', share: 0.25 },
    { variant: 'b', share: 0.75 },
  ])
})
