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
  ['a fair coin', [5000, 5000], 'as-configured'],
  ['a draw that chance may give', [5080, 4920], 'as-configured'],
  ['p just above the threshold: 3.28 standard errors', [5164, 4836], 'as-configured'],
  ['p just below it: 3.30 standard errors', [5165, 4835], 'mismatch'],
  ['so far off that p is 0 to a computer', [900_000, 100_000], 'mismatch'],
  ['everybody in one variant', [40, 0], 'mismatch'],
  ['fewer than five expected somewhere', [5, 4], 'too-few'],
  ['nobody at all', [0, 0], 'too-few'],
  ['one variant', [500], 'nothing-to-test'],
  ['no variant', [], 'nothing-to-test'],
])('%s', (_, observed, verdict) => {
  expect(sampleRatio(split(observed)).verdict).toBe(verdict)
})

test('says false alarm about once in a thousand experiments that are sound', () => {
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
