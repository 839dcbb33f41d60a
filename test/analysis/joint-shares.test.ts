/** What several draws of one experiment give its units, side by side, beside units that are drawn one by one. */
import { jointShares } from '../../src/analysis/joint-shares'
import { keptEntry } from '../../src/analysis/kept-entry'
import { type Redraw, splitIn } from '../../src/analysis/redraw'

const opened: Redraw[] = []
afterEach(async () => {
  for (const redraw of opened.splice(0)) await redraw.close()
})

async function open(value: object): Promise<Redraw> {
  const kept = keptEntry('size', JSON.stringify(value))
  const redraw = await (kept && splitIn(kept, 'exp'))?.open()
  if (redraw === undefined) throw new Error('the entry has no such experiment')
  opened.push(redraw)
  return redraw
}

const r2 = (variants: object) => ({ experiment: { experiment_id: 'exp', variants } })
const list = (weights: object) => ({
  experiment: {
    experiment_id: 'exp',
    variants: Object.entries(weights).map(([name, weight]) => ({ name, weight })),
  },
})
const stable = (variants: object, shuffle = 1) => ({
  bucketing: 'stable',
  shuffle,
  experiment: { experiment_id: 'exp', variants },
})
const rule = (weights: readonly number[], coverage: number) => ({
  default: 'none',
  rules: [
    {
      key: 'exp',
      hashVersion: 2,
      coverage,
      weights,
      variations: ['a', 'b'],
      meta: [{ key: 'a' }, { key: 'b' }],
    },
  ],
})

const UNITS = Array.from({ length: 4000 }, (_, i) => `unit-${i}`)

test.each<[string, object, object]>([
  ["r2's shares that grow", r2({ big: 5 }), r2({ big: 30 })],
  ["r2's shares of which one is stopped", r2({ big: 20, huge: 20 }), r2({ big: 20, huge: 0 })],
  ['a list whose weights are edited', list({ a: 50, b: 50 }), list({ a: 80, b: 20 })],
  [
    'ranges that are drawn by another shuffle',
    stable({ a: 50, b: 50 }),
    stable({ a: 50, b: 50 }, 2),
  ],
  ['a rule with coverage whose weights are edited', rule([0.5, 0.5], 0.5), rule([0.8, 0.2], 0.5)],
  ['a rule whose coverage grows', rule([0.5, 0.5], 0.2), rule([0.5, 0.5], 0.8)],
])(
  '%s: each pair of variants has the share of the units that are given it',
  async (_, from, to) => {
    const redraws = [await open(from), await open(to)]
    const joint = jointShares(redraws, 'user') ?? []
    const exact = new Map<string, number>()
    for (const { share, variants } of joint) {
      const pair = variants.join(' then ')
      exact.set(pair, (exact.get(pair) ?? 0) + share)
    }
    const counts = new Map<string, number>()
    for (const unit of UNITS) {
      const pair = redraws.map((redraw) => redraw.of(unit, 'user')?.variant).join(' then ')
      counts.set(pair, (counts.get(pair) ?? 0) + 1)
    }
    expect([...exact.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
    expect([...counts.keys()].filter((pair) => !exact.has(pair))).toEqual([])
    for (const [pair, share] of exact) {
      const fourErrors = 4 * Math.sqrt((share * (1 - share)) / UNITS.length)
      expect(Math.abs((counts.get(pair) ?? 0) / UNITS.length - share)).toBeLessThanOrEqual(
        fourErrors,
      )
    }
  },
)
