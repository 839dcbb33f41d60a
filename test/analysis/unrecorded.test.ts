/** Metrics whose conversions were never recorded: they have no figures, and all else has. */
import { dataChecks } from '../../src/analysis/data-checks'
import { experimentReport } from '../../src/analysis/experiment-report'
import { isLikelyMisspelt, unrecordedLines } from '../../src/analysis/unrecorded'
import { isSound } from '../../src/analysis/verdicts'
import { metricsIn } from '../../src/live-config/read-entries'
import { memoryStore } from '../../src/recording/memory'
import { conversionRow, exposureRow } from '../support/rows'

const at = Date.UTC(2026, 10, 1)
const BUYERS = '{ name: buyers, event: purchase, role: primary }'

async function reportOf(metrics: string) {
  const store = memoryStore()
  const units = Array.from({ length: 400 }, (_, i) => `u${i}`)
  const attributes = { country: 'NZ' }
  await store.write({
    exposures: units.map((unit, i) =>
      exposureRow(unit, i % 2 === 0 ? 'control' : 'new', { at, attributes }),
    ),
    conversions: units.slice(0, 80).map((unit) => conversionRow(unit, 1, { at: at + 1 })),
  })
  const shares = ['control', 'new'].map((variant) => ({ variant, share: 0.5 }))
  return experimentReport(store, {
    experiment: {
      ...{ feature: 'button', id: 'exp', status: undefined, shares, reportBy: ['country'] },
    },
    ...{ now: at + 86_400_000, metrics: metricsIn(`metrics: [${metrics}]\n`, 'yaml') },
  })
}

test('it has no figures, in segments neither, and a guardrail is inconclusive', async () => {
  const { conversions, segments } = await reportOf(
    '{ name: errors, event: error_shown, direction: down, role: guardrail, margin: 5% }',
  )
  const [errors] = conversions
  expect(errors).toMatchObject({
    unrecorded: { event: 'error_shown', meant: null },
    guardrails: [{ variant: 'new', verdict: 'inconclusive', bounds: null }],
    variants: ['control', 'new'].map((variant) => ({
      ...{ variant, units: 200, rate: null, difference: null, lift: null, value: null },
    })),
  })
  const [nz] = segments[0]?.values ?? []
  expect(nz?.conversions[0]).toMatchObject({
    unrecorded: { event: 'error_shown' },
    guardrails: [],
    variants: [{ rate: null }, { rate: null }],
  })
})

test('the other metrics have the figures that they have without it', async () => {
  const [alone, beside] = [
    await reportOf(BUYERS),
    await reportOf(`${BUYERS}, { name: signups, event: purchse, role: primary }`),
  ]
  expect(beside.conversions[0]).toEqual(alone.conversions[0])
  expect([beside.sampleRatio, beside.quality]).toEqual([alone.sampleRatio, alone.quality])
  expect(isSound(beside)).toBe(true)
})

test.each([
  [
    'a name that is nearly a recorded one is likely a mistake',
    'purchse',
    true,
    'NOT RECORDED: no event purchse was recorded yet (did you mean purchase?), so m has no figures; if it is a mistake, correct the event of the metric in the live config',
  ],
  [
    'any other may be to come',
    'refunded',
    false,
    'NOT RECORDED: no event refunded was recorded yet, so m has no figures',
  ],
])('%s: %s', async (_, event, isMisspelt, line) => {
  const report = await reportOf(`${BUYERS}, { name: m, event: ${event} }`)
  expect(isLikelyMisspelt(report)).toBe(isMisspelt)
  expect(unrecordedLines(report)).toEqual([line])
  expect(dataChecks(report)).toContainEqual({ name: 'unrecorded', count: 1, level: 'note' })
})
