/** The test for sample-ratio mismatch, held to closed forms of the chi-square distribution. */
import { sampleRatio } from '../../src/analysis/sample-ratio'

const split = (
  observed: readonly number[],
  shares: readonly number[] = observed.map(() => 1 / observed.length),
) => observed.map((count, i) => ({ variant: `v${i}`, observed: count, share: shares[i] ?? 0 }))

test.each([
  // Of 2 degrees of freedom the tail is exp(-x/2); of 4, exp(-x/2) (1 + x/2).
  [[110, 100, 90], undefined, 2, 2, Math.exp(-1)],
  [[140, 100, 60], undefined, 32, 2, Math.exp(-16)],
  [[120, 110, 100, 90, 80], undefined, 10, 4, Math.exp(-5) * 6],
  [[100, 100], undefined, 0, 1, 1],
  [[75, 25], [0.75, 0.25], 0, 1, 1],
])(
  '%j expected by %j has chi-square %d of %d degrees, and its p-value',
  (observed, shares, chiSquare, degreesOfFreedom, p) => {
    const found = sampleRatio(split(observed, shares))
    expect(found).toMatchObject({ chiSquare: expect.closeTo(chiSquare, 9), degreesOfFreedom })
    expect((found.p ?? NaN) / p).toBeCloseTo(1, 6)
  },
)

test.each([
  ['a fair coin', [5000, 5000], 'no-mismatch'],
  ['a draw that chance may give', [5080, 4920], 'no-mismatch'],
  ['p just above the threshold: 3.28 standard errors', [5164, 4836], 'no-mismatch'],
  ['p just below it: 3.30 standard errors', [5165, 4835], 'mismatch'],
  ['so far off that p is 0 to a computer', [900_000, 100_000], 'mismatch'],
  ['everybody in one variant', [40, 0], 'mismatch'],
  ['so few that no split of them would be a mismatch', [5, 4], 'too-few'],
  ['nobody at all', [0, 0], 'too-few'],
  ['one variant', [500], 'nothing-to-test'],
  ['no variant', [], 'nothing-to-test'],
])('%s', (_, observed, verdict) => {
  expect(sampleRatio(split(observed)).verdict).toBe(verdict)
})

test('raises a false alarm for about once in a thousand experiments that are sound', () => {
  // Mulberry32 with a fixed seed, so that the count is always the same.
  let state = 42
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  let alarms = 0
  for (let run = 0; run < 3000; run++) {
    let left = 0
    for (let unit = 0; unit < 400; unit++) if (draw() < 0.5) left++
    if (sampleRatio(split([left, 400 - left])).verdict === 'mismatch') alarms++
  }
  expect(alarms).toBeLessThanOrEqual(9)
})

// scipy 1.17: the outcomes of stats.multinomial that are no more probable, added up. Of the four
// variants there are too many: the tails of stats.binom, times the number of variants.
test.each([
  [[255, 5, 121], [0.495, 0.01, 0.495], 'mismatch', 1.777805e-11],
  [[188, 4, 189], [0.495, 0.01, 0.495], 'no-mismatch', 0.9584462],
  [[0, 0, 8], [0.495, 0.01, 0.495], 'no-mismatch', 1.1064102e-2],
  [[99, 12], [0.97, 0.03], 'mismatch', 1.3346429e-4],
  [[300, 2, 300, 0], [0.4985, 0.001, 0.4985, 0.002], 'no-mismatch', 9.799575e-1],
  [[6, 6, 0, 0, 0, 0], [1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6, 1 / 6], 'mismatch', 6.8236496e-5],
])(
  'where few are expected somewhere, %j of shares %j is %s by an exact test',
  (observed, shares, verdict, p) => {
    const found = sampleRatio(split(observed, shares))
    expect(found).toMatchObject({ verdict, chiSquare: null, degreesOfFreedom: null })
    expect((found.p ?? NaN) / p).toBeCloseTo(1, 5)
  },
)

test.each([
  ['three that all saw the variant of one in a hundred', [0, 3], [0.99, 0.01], 'mismatch'],
  ['seven of three variants', [3, 3, 1], undefined, 'too-few'],
  [
    'a variant of one in a million without units',
    [50_000, 50_000, 0],
    [0.4999995, 0.4999995, 1e-6],
    'no-mismatch',
  ],
  [
    'one of one in a million with five',
    [50_000, 50_000, 5],
    [0.4999995, 0.4999995, 1e-6],
    'mismatch',
  ],
])('%s', (_, observed, shares, verdict) => {
  expect(sampleRatio(split(observed, shares)).verdict).toBe(verdict)
})
