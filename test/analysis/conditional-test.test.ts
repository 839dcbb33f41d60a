/** An exact test of who is among those who did something, against all ways to divide them. */
import fc from 'fast-check'
import { conditionalP, type Divided } from '../../src/analysis/conditional-test'
import { atOnce } from '../../src/runtime/time-slice'

const p = (strata: readonly Divided[]): number | null => atOnce(conditionalP(strata))

const choose = (n: number, k: number): number =>
  k < 0 || k > n ? 0 : k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k

/** Every outcome of all strata together, with its probability. */
function enumerated(strata: readonly Divided[]): ReadonlyMap<number, number> {
  return strata.reduce<ReadonlyMap<number, number>>(
    (before, { units, all, allDid }) => {
      const sums = new Map<number, number>()
      for (const [sum, known] of before)
        for (let did = 0; did <= units; did++) {
          const ways = choose(units, did) * choose(all - units, allDid - did)
          const share = (known * ways) / choose(all, allDid)
          if (share > 0) sums.set(sum + did, (sums.get(sum + did) ?? 0) + share)
        }
      return sums
    },
    new Map([[0, 1]]),
  )
}

const group = fc
  .tuple(fc.nat(12), fc.nat(12), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12))
  .map(([units, others, part, alsoDid]): Divided => {
    const did = Math.round(units * part)
    return { units, did, all: units + others, allDid: did + Math.min(others, alsoDid) }
  })

test('it is the share of all divisions that are no more probable than the one that was seen', () => {
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), (strata) => {
      const all = enumerated(strata)
      const seen = all.get(strata.reduce((sum, { did }) => sum + did, 0)) ?? 0
      const rare = [...all.values()].filter((share) => share <= seen * (1 + 1e-7))
      if (all.size < 2) expect(p(strata)).toBeNull()
      else
        expect(p(strata) ?? -1).toBeCloseTo(
          rare.reduce((sum, share) => sum + share, 0),
          9,
        )
    }),
  )
})

test('of many thousands nothing overflows, and the whole is 1', () => {
  const half = { units: 50_000, did: 10_000, all: 100_000, allDid: 20_000 }
  expect(p([half])).toBeCloseTo(1, 9)
  expect(p([{ ...half, did: 9000 }]) ?? 1).toBeLessThan(1e-10)
})
