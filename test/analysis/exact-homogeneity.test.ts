import fc from 'fast-check'
import { exactHomogeneity, type Group } from '../../src/analysis/exact-homogeneity'
import { atOnce } from '../../src/runtime/time-slice'

const groups = (...all: readonly (readonly [units: number, did: number])[]): readonly Group[] =>
  all.map(([units, did]) => ({ units, did }))
const p = (...strata: readonly (readonly Group[])[]): number | null =>
  atOnce(exactHomogeneity(strata))

test.each<[string, number | null, readonly (readonly Group[])[]]>([
  // fisher.test(matrix(c(3, 7, 9, 1), 2))$p.value
  ['one stratum is Fisher’s exact test', 0.0197666110979, [groups([10, 3], [10, 9])]],
  // fisher.test(matrix(c(0, 12, 7, 993), 2))$p.value
  ['few units beside many', 1, [groups([12, 0], [1000, 7])]],
  // mantelhaen.test(array(c(3, 7, 9, 1, 2, 8, 6, 14, 40, 60, 70, 80), c(2, 2, 3)), exact = TRUE)$p.value
  [
    'several strata are the exact test of a common odds ratio',
    0.0728281543934,
    [groups([10, 3], [10, 9]), groups([10, 2], [20, 6]), groups([100, 40], [150, 70])],
  ],
  ['nobody did it', 1, [groups([10, 0], [10, 0])]],
  ['one group alone', null, [groups([10, 3])]],
  ['a second group that has nobody', null, [groups([10, 3], [0, 0])]],
  ['nobody at all', null, []],
])('%s', (_what, expected, strata) => {
  const found = p(...strata)
  if (expected === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(expected, 8)
})

/** One to four strata of two or three groups. */
const table = fc.integer({ min: 2, max: 3 }).chain((size) =>
  fc.array(
    fc.array(
      fc
        .tuple(fc.nat(30), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([units, part]) => ({ units, did: Math.round(units * part) })),
      { minLength: size, maxLength: size },
    ),
    { minLength: 1, maxLength: 4 },
  ),
)

test('it is a probability, whatever the order of strata and groups, and whether doing or not doing is counted', () => {
  fc.assert(
    fc.property(table, (strata) => {
      const found = p(...strata)
      const not = strata.map((all) => all.map(({ units, did }) => ({ units, did: units - did })))
      for (const other of [[...strata].reverse(), strata.map((all) => [...all].reverse()), not])
        expect(p(...other) ?? -1).toBeCloseTo(found ?? -1, 9)
      expect(found ?? 0).toBeGreaterThanOrEqual(0)
      expect(found ?? 0).toBeLessThanOrEqual(1)
    }),
  )
})

test('a stratum in which nobody, or everybody, did it changes nothing', () => {
  fc.assert(
    fc.property(table, fc.nat(50), fc.boolean(), (strata, units, isEverybody) => {
      const alike = (strata[0] ?? []).map(() => ({ units, did: isEverybody ? units : 0 }))
      const some = strata.filter((all) => all.filter((one) => one.units > 0).length > 1)
      fc.pre(some.length > 0 && strata.flat().every((one) => one.units > 0))
      expect(p(...strata, alike) ?? -1).toBeCloseTo(p(...strata) ?? -1, 9)
    }),
  )
})
