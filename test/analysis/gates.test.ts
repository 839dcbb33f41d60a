/** Gates of ramps: what the recorded figures say, and when nothing is said. */
import { type GatedRamp, gatedRampIn } from '../../src/analysis/gated-ramp'
import { type Judgeable, judgeGates, verdictOf } from '../../src/analysis/gates'
import { conversionReport } from '../../src/analysis/conversion-report'
import { guardrailsOf } from '../../src/analysis/guardrails'
import { phasedConversions } from '../../src/analysis/phased-conversions'
import { withoutFigures } from '../../src/analysis/unrecorded'
import type { Metric } from '../../src/live-config/read-entries'
import { memoryStore } from '../../src/recording/memory'
import { conversionRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const START = Date.parse('2026-12-01')
const METRIC: Metric = {
  ...{ name: 'errors', event: 'errors', type: 'rate', direction: 'down', windowMs: null },
  ...{ role: 'guardrail', margin: 0.05 },
}

const QUALITY: Judgeable['quality'] = {
  ...{ isRed: false, dropped: 0, orphans: 0, earlier: 0, ahead: 0, crossed: 0, leftOut: 0 },
  ...{ moved: 0, crossedOfStaying: 0 },
  ...{ unstitched: 0, crossedUnstitched: 0, unknown: 0 },
}

/** Two variants of so many units each, with so many errors. */
function judgeable(
  units: number,
  control: number,
  variant: number,
  also: Partial<Judgeable> = {},
): Judgeable {
  const side = (name: string, converted: number) => ({
    ...{ variant: name, units, converted, conversions: converted, sum: 0, squaredDeviations: 0 },
  })
  const counted = [side('control', control), side('new', variant)]
  return {
    quality: QUALITY,
    gaps: { nothing: null, unjoined: [], kinds: [], ahead: 0 },
    sampleRatio: { verdict: 'no-mismatch' } as Judgeable['sampleRatio'],
    leaks: [],
    littleLeft: [],
    controls: ['control'],
    conversions: [{ ...conversionReport('errors', counted, ['control']), metric: METRIC }],
    ...also,
  }
}

test.each<[string, number, number, number, string]>([
  ['clearly worse', 10_000, 1000, 1400, 'fail'],
  ['clearly better', 10_000, 1400, 1000, 'pass'],
  ['the same, of few', 500, 50, 50, 'inconclusive'],
  ['the same, of very many', 2_000_000, 200_000, 200_000, 'pass'],
  ['errors where the control has none', 10_000, 0, 40, 'fail'],
  ['a few, where the control has none', 10_000, 0, 4, 'inconclusive'],
  ['never any', 10_000, 0, 0, 'inconclusive'],
])(
  '%s: of %d units each, %d errors against %d: %s (…)',
  (_what, units, control, variant, outcome) => {
    expect(verdictOf(judgeable(units, control, variant), ['errors']).outcome).toBe(outcome)
  },
)

test('too few units say so, and that an edit moved the others', () => {
  const left = { units: 900, until: null }
  const few = judgeable(90, 9, 9, {
    littleLeft: [
      { ...left, variant: 'control', estimated: 90 },
      { ...left, variant: 'another', estimated: 5 },
    ],
  })
  const reason = 'errors of new: too few units: 90 in new, of 100 on each side'
  expect(verdictOf({ ...few, littleLeft: [] }, ['errors']).reason).toBe(reason)
  expect(verdictOf(few, ['errors']).reason).toBe(
    `${reason}; an edit moved the others: control has 90 of 900`,
  )
})

test('each gate is judged by itself, with its bounds, its limit and its direction', () => {
  const one = judgeable(10_000, 1000, 1400)
  const calls = { ...METRIC, name: 'calls', margin: 0.1 }
  const [report] = one.conversions
  const conversions = [...one.conversions, { ...report, metric: calls }] as Judgeable['conversions']
  const { gates, outcome } = verdictOf({ ...one, conversions }, ['errors', 'calls'])
  const bounds = {
    value: expect.closeTo(0.4, 6),
    low: expect.any(Number),
    high: expect.any(Number),
  }
  const also = { variant: 'new', outcome: 'fail', direction: 'down', confidence: 0.975, bounds }
  expect(gates).toEqual([
    { ...also, metric: 'errors', margin: 0.05 },
    { ...also, metric: 'calls', margin: 0.1 },
  ])
  expect(outcome).toBe('fail')
})

test('the reason has the metric, the variant, the figures and the margin', () => {
  expect(verdictOf(judgeable(10_000, 1000, 1400), ['errors']).reason).toMatch(
    /^errors of new \+40\.0 % \(\+\d+\.\d % … \+\d+\.\d %\), may become 5 % worse$/,
  )
})

test.each<[string, Partial<Judgeable>, string]>([
  ['rows were lost', { quality: { ...QUALITY, isRed: true, dropped: 3 } }, '3 rows lost'],
  [
    'the split is wrong',
    { sampleRatio: { verdict: 'mismatch' } as Judgeable['sampleRatio'] },
    'the split is not as configured',
  ],
  [
    'units saw both',
    { quality: { ...QUALITY, crossed: 0.2, crossedOfStaying: 0.2 } },
    'too many units saw two variants',
  ],
  ['nobody is compared', { conversions: [] }, 'nobody is recorded in a variant beside a control'],
])('nothing is said when %s, however bad it looks', (_why, also, reason) => {
  const verdict = verdictOf(judgeable(10_000, 1000, 1400, also), ['errors'])
  expect(verdict.outcome).toBe('inconclusive')
  expect(verdict.reason).toContain(reason)
})

test('nothing is said of fewer than 100 units on a side', () => {
  expect(verdictOf(judgeable(99, 1, 99), ['errors'])).toMatchObject({
    outcome: 'inconclusive',
    reason: 'errors of new: too few units: 99 in new, of 100 on each side',
    gates: [{ metric: 'errors', outcome: 'inconclusive' }],
  })
})

test('a gate whose conversions were never recorded says so, and is inconclusive', () => {
  const one = judgeable(10_000, 1000, 1400)
  const unrecorded = { event: 'eror', meant: 'errors' }
  const conversions = one.conversions.map((report) =>
    withoutFigures(report, unrecorded, ['control']),
  )
  expect(verdictOf({ ...one, conversions }, ['errors'])).toMatchObject({
    outcome: 'inconclusive',
    reason: 'errors of new: no event eror was recorded yet (did you mean errors?)',
  })
})

test('with more comparisons each interval is wider, so that all together err as seldom', () => {
  const one = judgeable(10_000, 1000, 1200)
  const [report] = one.conversions
  const others = Array.from({ length: 9 }, (_, i) => ({
    ...report,
    metric: { ...METRIC, name: `m${i}` },
  }))
  const many = { ...one, conversions: [...one.conversions, ...others] } as Judgeable
  const gates = ['errors', ...others.map(({ metric }) => metric.name)]
  const widthIn = ({ reason }: { reason: string }): number => {
    const [, low, high] = /\(\+?(−?[\d.]+) % … \+?([\d.]+) %\)/.exec(reason) ?? []
    return Number(high) - Number(low?.replace('−', '-'))
  }
  expect(widthIn(verdictOf(many, gates))).toBeGreaterThan(widthIn(verdictOf(one, ['errors'])))
})

test.each<[control: number, ours: number, direction: 'up' | 'down', outcome: string]>([
  [0, 500, 'down', 'fail'],
  [1, 500, 'down', 'fail'],
  [5, 500, 'down', 'fail'],
  [500, 5000, 'down', 'fail'],
  [0, 5000, 'down', 'fail'],
  [2500, 0, 'up', 'fail'],
  [2500, 1, 'up', 'fail'],
  [5000, 0, 'up', 'fail'],
  [500, 0, 'down', 'pass'],
  [0, 500, 'up', 'pass'],
])(
  'of 5,000 each, %d beside %d, better %s: gate and guardrail %s',
  (control, ours, way, outcome) => {
    const report = judgeable(5000, control, ours)
    const metric = { ...METRIC, direction: way }
    const conversions = report.conversions.map((one) => ({ ...one, metric }))
    expect(verdictOf({ ...report, conversions }, ['errors']).outcome).toBe(outcome)
    expect(conversions.flatMap(guardrailsOf)).toMatchObject([{ verdict: outcome }])
  },
)

test('with two phases the gate says what the guardrail of the report says', () => {
  const group = (variant: string, cohort: number, converted: number) => ({
    ...{ variant, cohort, units: 2500, converted, conversions: converted },
    ...{ sum: 0, squaredDeviations: 0 },
  })
  const groups = [0, 1].flatMap((phase) => [group('control', phase, 20), group('new', phase, 55)])
  const conversion = { ...phasedConversions('errors', groups, 2, ['control']), metric: METRIC }
  const report = judgeable(5000, 40, 110, { conversions: [conversion] })
  expect(guardrailsOf(conversion)).toMatchObject([{ verdict: 'fail' }])
  expect(verdictOf(report, ['errors']).outcome).toBe('fail')
})

function gated(edits: readonly object[] = [], hold = 50, start = '2026-12-01'): GatedRamp {
  const ramp = gatedRampIn({
    experiment: {
      traffic: {
        ramp: {
          ...{ to: 100, over: '10d', start, hold_at: [hold], gates: ['errors'] },
          edits: edits as never,
        },
      },
    },
  })
  if (ramp === undefined) throw new Error('no ramp')
  const shares = ['control', 'new'].map((variant) => ({ variant, share: 0.5 }))
  const experiment = { feature: 'button', id: 'exp', status: 'running', shares }
  return { feature: 'button', ramp, experiment }
}

test('a variant without a share holds no gate, and one with a share does while nobody is in it', () => {
  const shares = ['control', 'new', 'later'].map((variant) => ({ variant, share: 0.5 }))
  const report = judgeable(10_000, 1400, 1000)
  const stopped = shares.map((one) => (one.variant === 'later' ? { ...one, share: 0 } : one))
  expect(verdictOf(report, ['errors'], stopped)).toMatchObject({ outcome: 'pass' })
  expect(verdictOf(report, ['errors'], shares)).toMatchObject({
    outcome: 'inconclusive',
    reason: 'errors of later: too few units: 0 in later, of 100 on each side',
  })
})

test('harm in one variant counts while another has too few units', () => {
  const shares = ['control', 'new', 'later'].map((variant) => ({ variant, share: 0.5 }))
  const report = judgeable(10_000, 1000, 1400)
  expect(verdictOf(report, ['errors'], shares).outcome).toBe('fail')
})

test.each([
  ['uneven', 9000, 1000, 30, 'inconclusive'],
  ['equal', 5000, 5000, 30, 'fail'],
  ['uneven, of values that hardly differ', 9000, 1000, 0.5, 'fail'],
])('values in %s groups (%d and %d, skewness %d): %s', (_how, many, few, skewness, outcome) => {
  const metric: Metric = { ...METRIC, type: 'value', direction: 'up', margin: 0 }
  const side = (variant: string, units: number, mean: number) => ({
    ...{ variant, cohort: 0, units, converted: units, conversions: units },
    ...{ sum: units * mean, squaredDeviations: units },
  })
  const groups = [side('control', many, 10), side('new', few, 8)]
  const plain = phasedConversions('errors', groups, 1, ['control'])
  const conversion = { ...plain, metric, skewness }
  const verdict = verdictOf(judgeable(1, 0, 0, { conversions: [conversion] }), ['errors'])
  expect(verdict.outcome).toBe(outcome)
  expect(verdict.reason).toMatch(outcome === 'fail' ? /^errors of new −20/ : /winsorize/)
  expect(guardrailsOf(conversion)).toMatchObject([{ verdict: outcome }])
})

async function storeWith(control: number, variant: number, units = 800) {
  const store = memoryStore()
  const at = START + DAY
  const unitsOf = (name: string) =>
    Array.from({ length: units }, (_, i) => exposureRow(`${name}${i}`, name, { at }))
  const failing = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) =>
      conversionRow(`${name}${i}`, null, { name: 'errors', at: at + 1000 }),
    )
  await store.write({
    exposures: [...unitsOf('control'), ...unitsOf('new')],
    conversions: [...failing('control', control), ...failing('new', variant)],
  })
  return store
}
const judged = async (
  store: Awaited<ReturnType<typeof storeWith>>,
  days: number,
  ramp = gated(),
  metrics: readonly Metric[] = [METRIC],
) => judgeGates(store, ramp, { metrics, now: START + days * DAY })

test('a pass is an edit once the hold is over, and not before', async () => {
  const store = await storeWith(360, 120)
  expect(await judged(store, 3)).toMatchObject({ outcome: 'pass', percent: 30, edit: undefined })
  expect(await judged(store, 5.5)).toMatchObject({ outcome: 'pass', edit: undefined })
  expect(await judged(store, 7)).toMatchObject({
    outcome: 'pass',
    edit: { outcome: 'pass', percent: 50, at: START + 7 * DAY },
  })
})

test('a pass ends a hold of any number of decimals', async () => {
  const store = await storeWith(360, 120)
  const ramp = gated([], 100 / 3)
  const { edit } = (await judged(store, 7, ramp)) ?? {}
  expect(edit).toMatchObject({ outcome: 'pass', percent: 100 / 3 })
  const written = { ...edit, at: new Date(edit?.at ?? 0).toISOString() }
  const next = gated([written], 100 / 3)
  expect(next.ramp.percentAt(START + 8 * DAY)).toBeGreaterThan(40)
  expect(await judged(store, 8, next)).toMatchObject({ outcome: 'pass', edit: undefined })
})

test('a failure is an edit at any time, also between holds', async () => {
  expect(await judged(await storeWith(120, 360), 3.2)).toMatchObject({
    outcome: 'fail',
    edit: { outcome: 'fail', percent: 32, to: 0 },
  })
})

test('after a resume what was recorded before counts no more', async () => {
  const store = await storeWith(120, 360)
  const resumed = gated([
    { at: '2026-12-03', outcome: 'fail', percent: 20 },
    { at: '2026-12-04', outcome: 'resume', percent: 0 },
  ])
  expect(await judged(store, 3.1, resumed)).toMatchObject({ outcome: 'inconclusive' })
  const at = START + 3.05 * DAY
  await store.write({
    exposures: ['control', 'new'].flatMap((variant) =>
      Array.from({ length: 800 }, (_, i) => exposureRow(`late-${variant}${i}`, variant, { at })),
    ),
    conversions: ['control', 'new'].flatMap((variant) =>
      Array.from({ length: variant === 'new' ? 360 : 120 }, (_, i) =>
        conversionRow(`late-${variant}${i}`, null, { name: 'errors', at: at + 1000 }),
      ),
    ),
  })
  expect(await judged(store, 3.2, resumed)).toMatchObject({
    outcome: 'fail',
    edit: { outcome: 'fail' },
  })
})

test.each<[string, object, boolean]>([
  ['a pass that lies ahead', { outcome: 'pass', hours: 12 }, true],
  ['a failure that lies hours ahead', { outcome: 'fail', hours: 12 }, true],
  ['a failure of a clock that is a minute ahead', { outcome: 'fail', hours: 1 / 60 }, false],
])('harm beside %s: is written %p', async (_what, edit, isWritten) => {
  const { outcome, hours } = edit as { outcome: string; hours: number }
  const at = new Date(START + 3 * DAY + hours * 3_600_000).toISOString()
  const ramp = gated([{ at, outcome, percent: 30 }])
  const gates = await judged(await storeWith(120, 360), 3, ramp)
  expect(gates?.outcome).toBe('fail')
  expect(gates?.edit !== undefined).toBe(isWritten)
})

test('a control is declared or called so; the first by name is none to act by', async () => {
  const store = await storeWith(120, 360)
  const of = (variants: readonly string[], control?: readonly string[]): GatedRamp => {
    const { experiment, ...one } = gated()
    const shares = variants.map((variant) => ({ variant, share: 1 / variants.length }))
    return { ...one, experiment: { ...experiment, shares, ...(control && { control }) } }
  }
  expect(await judged(store, 3, of(['a', 'new']))).toMatchObject({
    outcome: 'inconclusive',
    reason: expect.stringContaining('there is no control: none of a, new'),
    edit: undefined,
  })
  expect((await judged(store, 3, of(['control', 'new'], ['new'])))?.outcome).toBe('pass')
  expect((await judged(store, 3, of(['control', 'new'])))?.outcome).toBe('fail')
})

test('of a ramp that starts again, what was recorded and what passed before says nothing', async () => {
  const store = await storeWith(360, 120)
  const passed = { at: '2026-12-07', outcome: 'pass', percent: 50 }
  const again = gated([passed], 50, '2027-01-10')
  const day = 40 + 7
  expect(again.ramp.percentAt(START + day * DAY)).toBe(50)
  expect(await judged(store, day, again)).toMatchObject({ outcome: 'inconclusive' })
})

test('while a failure counts nothing is judged, whatever another clock has written for later', async () => {
  const store = await storeWith(120, 360)
  const both = gated([
    { at: '2026-12-05', outcome: 'fail', percent: 20 },
    { at: '2026-12-03', outcome: 'fail', percent: 20 },
  ])
  expect(await judged(store, 3, both)).toBeUndefined()
  const resuming = gated([
    { at: '2026-12-03', outcome: 'fail', percent: 20 },
    { at: '2026-12-05', outcome: 'resume' },
  ])
  expect(await judged(store, 3, resuming)).toBeUndefined()
})

test('without gates nothing is judged, also where there are edits', async () => {
  const { ramp, ...one } = gated([{ at: '2026-12-01', outcome: 'pass', percent: 20 }])
  expect(
    await judged(await storeWith(120, 360), 3, { ...one, ramp: { ...ramp, gates: [] } }),
  ).toBeUndefined()
})

test('nothing is judged before the start, at the end, and after a failure', async () => {
  const store = await storeWith(120, 360)
  const passed = gated([{ at: '2026-12-07', outcome: 'pass', percent: 50 }])
  const failed = gated([{ at: '2026-12-03', outcome: 'fail', percent: 20 }])
  expect(await judged(store, -1)).toBeUndefined()
  expect(await judged(store, 30, passed)).toBeUndefined()
  expect(await judged(store, 30, failed)).toBeUndefined()
})

test('a store that is away, and a metric that nobody declared, are inconclusive', async () => {
  const away = { snapshot: () => Promise.reject(new Error('the database is away')) }
  expect(
    await judgeGates(away, gated(), { metrics: [METRIC], now: START + 7 * DAY }),
  ).toMatchObject({
    outcome: 'inconclusive',
    reason: 'there is no report: the database is away',
    edit: undefined,
  })
  const store = await storeWith(1, 1)
  for (const metrics of [[], [{ ...METRIC, role: 'primary' as const }]])
    expect(await judged(store, 7, gated(), metrics)).toMatchObject({
      outcome: 'inconclusive',
      reason: 'errors is no metric with the role guardrail in metrics',
    })
})
