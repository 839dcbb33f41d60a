/** Reading an experiment back from a store. */
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import { experimentReport, type ReportQuestion } from '../../src/analysis/experiment-report'
import { memoryStore } from '../../src/recording/memory'
import type { Batch } from '../../src/recording/store'
import { assignedRow, conversionRow, decisionRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const at = Date.UTC(2026, 10, 1)
const halves: ConfiguredExperiment = {
  feature: 'button',
  id: 'exp',
  status: 'running',
  shares: [
    { variant: 'b', share: 0.5 },
    { variant: 'control', share: 0.5 },
  ],
}

async function reported(batch: Batch, also: Partial<ReportQuestion> = {}) {
  const store = memoryStore()
  await store.write(batch)
  return experimentReport(store, { experiment: halves, ...also })
}

const exposed = (variant: string, count: number, start = 0, day = 0) =>
  Array.from({ length: count }, (_, i) =>
    exposureRow(`u${start + i}`, variant, { at: at + day * DAY }),
  )

test('units, shares and the verdict on the split', async () => {
  const report = await reported({ exposures: [...exposed('control', 30), ...exposed('b', 30, 30)] })
  expect(report).toMatchObject({
    feature: 'button',
    experiment: 'exp',
    status: 'running',
    by: 'unit',
    control: 'control',
    leaks: [],
    variants: [
      {
        variant: 'b',
        units: 30,
        tested: 30,
        estimated: 30,
        crossed: 0,
        moved: 0,
        share: 0.5,
        expectedShare: 0.5,
      },
      {
        variant: 'control',
        units: 30,
        tested: 30,
        estimated: 30,
        crossed: 0,
        moved: 0,
        share: 0.5,
        expectedShare: 0.5,
      },
    ],
    sampleRatio: { verdict: 'no-mismatch', p: 1 },
  })
})

test('nothing recorded is no share, and no mismatch', async () => {
  const report = await reported({})
  expect(report).toMatchObject({
    by: 'decision',
    days: [],
    conversions: [],
    decisions: {},
    sampleRatio: { verdict: 'too-few' },
  })
  expect(report.variants.map(({ share }) => share)).toEqual([null, null])
})

test('units of a variant without a share, or of none that the live config has, are leaks and no part of the test', async () => {
  const shares = [{ variant: 'a', share: 0 }, ...(halves.shares ?? [])]
  const report = await reported(
    {
      exposures: [
        ...exposed('control', 10),
        ...exposed('b', 10, 10),
        ...exposed('a', 1, 20),
        ...exposed('gone', 2, 21),
      ],
    },
    { experiment: { ...halves, shares } },
  )
  expect(report.leaks).toEqual([
    { variant: 'a', units: 1, why: 'no-share' },
    { variant: 'gone', units: 2, why: 'not-configured' },
  ])
  expect(report.sampleRatio).toMatchObject({ verdict: 'no-mismatch', p: 1 })
})

test('a unit that saw two variants is counted once, and as crossed', async () => {
  const { variants } = await reported({
    exposures: [...exposed('control', 10), ...exposed('b', 10, 8)],
  })
  expect(variants.map(({ variant, units, crossed }) => [variant, units, crossed])).toEqual([
    ['b', 10, 2],
    ['control', 8, 0],
  ])
})

test('where the live config says no shares there is nothing to test and no leak', async () => {
  expect(
    await reported(
      { exposures: exposed('a', 3) },
      { experiment: { ...halves, shares: undefined } },
    ),
  ).toMatchObject({
    leaks: [],
    sampleRatio: { verdict: 'nothing-to-test' },
    variants: [{ variant: 'a', expectedShare: null }],
  })
})

test('each day of UTC from the first to the last has its line, one without exposures, too', async () => {
  const { days } = await reported({
    exposures: [...exposed('control', 2), ...exposed('b', 1, 2, 2), ...exposed('control', 1, 3, 2)],
  })
  expect(days).toEqual([
    { day: '2026-11-01', units: { control: 2 } },
    { day: '2026-11-02', units: {} },
    { day: '2026-11-03', units: { b: 1, control: 1 } },
  ])
})

test('a span is of exposures, and conversions count until its end', async () => {
  const batch = {
    exposures: [...exposed('control', 2), ...exposed('b', 2, 2, 5)],
    conversions: [
      conversionRow('u2', 1, { at: at + 6 * DAY }),
      conversionRow('u3', 1, { at: at + 9 * DAY }),
    ],
  }
  const report = await reported(batch, { span: { from: at + DAY, to: at + 7 * DAY } })
  expect(report).toMatchObject({
    from: at + DAY,
    to: at + 7 * DAY,
    conversions: [{ name: 'purchase', variants: [{ variant: 'b', units: 2, converted: 1 }] }],
  })
})

describe('where only decisions were recorded', () => {
  const decisions = [
    ...Array.from({ length: 8 }, (_, i) =>
      assignedRow(`u${i}`, 'exp', i % 2 === 0 ? 'control' : 'b', { decisionId: `d${i}` }),
    ),
    assignedRow('u0', 'exp', 'control'),
    decisionRow({ experimentId: 'exp', reason: 'outside_traffic_allocation' }),
  ]

  test('subjects are counted, each once, and reasons as they are', async () => {
    const report = await reported({ decisions })
    expect(report).toMatchObject({
      by: 'decision',
      variants: [
        { variant: 'b', units: 4, crossed: 0 },
        { variant: 'control', units: 4, crossed: 0 },
      ],
      decisions: { experiment_assigned: 9, outside_traffic_allocation: 1 },
    })
  })

  test('conversions are those that name a decision, or its subject', async () => {
    const { conversions } = await reported({
      decisions,
      conversions: [conversionRow(null, 5, { decisionId: 'd1' }), conversionRow('u3', 5)],
    })
    expect(conversions[0]?.variants.map(({ variant, converted }) => [variant, converted])).toEqual([
      ['b', 2],
      ['control', 0],
    ])
  })

  test('they can be asked for although there are exposures', async () => {
    expect(
      await reported({ decisions, exposures: exposed('b', 3) }, { by: 'decision' }),
    ).toMatchObject({ by: 'decision', days: [{ units: { b: 4, control: 4 } }] })
  })
})

test.each([
  [['control', 'control_1', 'a'], undefined, 'control'],
  [['control_1', 'a', 'control_2'], undefined, 'control_1'],
  [['b', 'a'], undefined, 'a'],
  [['b', 'control'], 'b', 'b'],
])('of %j the control is, asked for %s, %s', async (names, control, expected) => {
  const experiment = {
    ...halves,
    shares: names.map((variant) => ({ variant, share: 1 / names.length })),
  }
  expect(await reported({}, { experiment, ...(control && { control }) })).toMatchObject({
    control: expected,
  })
})

test('a control that there is not is an error that names those that there are', async () => {
  await expect(reported({}, { control: 'c' })).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining('b, control'),
  })
})

describe('exposures of a clock that is ahead', () => {
  const YEARS = 3650
  const now = at + DAY
  const conversions = [conversionRow('u0', null, { at: at + 1000 })]

  test('are left out and counted, so that they make no days and hide no conversions', async () => {
    const exposures = [
      ...exposed('control', 30),
      ...exposed('b', 30, 30),
      ...exposed('b', 3, 60, YEARS),
    ]
    const report = await reported({ exposures, conversions }, { now })
    expect(report).toMatchObject({
      from: null,
      to: null,
      variants: [{ units: 30 }, { units: 30 }],
      gaps: { ahead: 3 },
    })
    expect(report.days).toHaveLength(1)
  })

  test('of one day are what clocks of servers differ by', async () => {
    const exposures = [...exposed('control', 1, 0, 1), ...exposed('b', 1, 1, 3)]
    expect(await reported({ exposures }, { now: at + DAY })).toMatchObject({
      variants: [{ units: 0 }, { units: 1 }],
      gaps: { ahead: 1 },
    })
  })

  test('count again once the unit is exposed by a right clock', async () => {
    const exposures = [...exposed('b', 1, 0, YEARS), ...exposed('b', 1)]
    const report = await reported({ exposures, conversions }, { now })
    expect(report).toMatchObject({
      variants: [{ units: 1 }, { units: 0 }],
      conversions: [{ variants: [{ variant: 'b', units: 1, converted: 1 }] }],
      gaps: { ahead: 0 },
    })
  })

  test('do not count for a span that ends before them', async () => {
    const exposures = [...exposed('control', 30), ...exposed('b', 3, 60, YEARS)]
    expect(await reported({ exposures }, { now, span: { to: now } })).toMatchObject({
      to: now,
      gaps: { ahead: 0 },
    })
  })
})
