/** Edits of splits that leave people out, while some people come often and others seldom. */
import type { ExperimentReport } from '../../src/analysis/experiment-report'
import { isSound, noteLines } from '../../src/analysis/verdicts'
import { chance } from '../support/chance'
import { closeEngines } from '../support/engine'
import { conversionRow, exposureRow } from '../support/rows'
import { DAY, ids, running, START } from '../support/running-experiment'

afterEach(closeEngines)

const r2 = (variants: string): string =>
  `feature_size: {experiment: {experiment_id: 7, loggedin: true, variants: {${variants}}}}`

const rule = (weights: string, coverage: number, also = ''): string =>
  `feature_size: {default: none, rules: [{key: split, hashVersion: 2, coverage: ${coverage}, weights: [${weights}], variations: [a, b], meta: [{key: control}, {key: green}]${also}}]}`

/** A third of the people come nearly every week and buy much; the others come in some weeks and buy little. */
function crowd(size: number) {
  const { next } = chance(11)
  return ids(size).map((id) => {
    const isOften = next() < 0.3
    const comes = (): boolean => next() < (isOften ? 0.9 : 0.3)
    return { id, weeks: [comes(), comes(), comes()], buys: next() < (isOften ? 0.4 : 0.05) }
  })
}

/** The people come week by week, by one text after the other; what they buy depends on no variant. */
async function weeks(texts: readonly string[], size = 5000) {
  const opened = await running(texts[0] ?? '')
  const people = crowd(size)
  for (const [week, text] of texts.entries()) {
    if (week > 0) await opened.set(text)
    await opened.come(
      people.filter((one) => one.weeks[week]).map(({ id }) => id),
      week * 7,
    )
  }
  await opened.store.write({
    conversions: people
      .filter(({ buys }) => buys)
      .map(({ id }) => conversionRow(id, null, { at: START + 20.9 * DAY })),
  })
  return opened
}

const of = ({ conversions }: ExperimentReport, variant: string) =>
  conversions[0]?.variants.find((one) => one.variant === variant)

const aloneOf = ({ alone }: ExperimentReport): Readonly<Record<string, number>> =>
  Object.fromEntries(alone.map(({ variant, units }) => [variant, units]))

describe("a share of r2's kind that grows from 5 to 30 lets in people who came before, and come often", () => {
  const grown = async () => (await weeks([r2('big: 5'), r2('big: 30')])).report()

  test('they buy more than those whom the controls first see then, and are in no lift', async () => {
    const report = await grown()
    const rateOf = (one: ReturnType<typeof of>): number => (one?.converted ?? 0) / (one?.units ?? 1)
    const [big, one] = [of(report, 'big'), of(report, 'control_1')]
    expect(rateOf(big) / rateOf(one)).toBeGreaterThan(1.15)
    const [low = NaN, high = NaN] = big?.lift?.interval ?? []
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(0)
    expect(isSound(report)).toBe(true)
  })

  test('the report counts them, and says how to have people who can be compared', async () => {
    const report = await grown()
    const { big = 0, ...others } = aloneOf(report)
    const { units = 0, tested = 0 } = report.variants.find(({ variant }) => variant === 'big') ?? {}
    expect(others).toEqual({})
    expect(big).toBe(units - tested)
    expect(noteLines(report)).toContainEqual(
      expect.stringMatching(
        /^Alone: [\d,]+ units of big were drawn where big has nobody to be compared with\./,
      ),
    )
  })
})

test('shares that grow alike compare those whom they let in with each other', async () => {
  const report = await (
    await weeks([
      r2('big: 5, control_1: 5, control_2: 5'),
      r2('big: 30, control_1: 30, control_2: 30'),
    ])
  ).report()
  expect(aloneOf(report)).toEqual({})
  const big = report.variants.find(({ variant }) => variant === 'big')
  expect(big?.tested).toBe(big?.units)
  expect(isSound(report)).toBe(true)
  const [low = NaN, high = NaN] = of(report, 'big')?.lift?.interval ?? []
  expect(low).toBeLessThan(0)
  expect(high).toBeGreaterThan(0)
})

test.each<[string, readonly string[]]>([
  ['an arm that is stopped', [r2('big: 20, huge: 20'), r2('big: 20, huge: 0')]],
  ['an arm that is made smaller', [r2('big: 30'), r2('big: 5')]],
  ['an arm that is stopped and comes back', [r2('big: 20'), r2('big: 0'), r2('big: 20')]],
  ['an arm that is taken out', [r2('big: 20, huge: 20'), r2('big: 20')]],
  ['an arm that is new', [r2('big: 10'), r2('big: 10, huge: 10')]],
  ['a control that is stopped', [r2('big: 10'), r2('big: 10, control_2: 0')]],
  ['shares that grow twice', [r2('big: 5'), r2('big: 10'), r2('big: 30')]],
  ['a rule with coverage and other weights', [rule('0.5, 0.5', 0.5), rule('0.8, 0.2', 0.5)]],
  ['a rule whose coverage grows', [rule('0.5, 0.5', 0.2), rule('0.5, 0.5', 0.8)]],
])('%s is no mismatch, and makes no effect', async (_, texts) => {
  const opened = await weeks(texts, 4000)
  for (const span of [undefined, { from: START + 7 * DAY }]) {
    const report = await opened.report(span && { span })
    expect(report.sampleRatio.verdict).toBe('no-mismatch')
    expect(report.leaks).toEqual([])
  }
  const report = await opened.report()
  expect(isSound(report)).toBe(true)
  for (const { difference } of report.conversions[0]?.variants ?? [])
    expect(difference?.sequentialP ?? 1).toBeGreaterThan(0.05)
})

/** The people come once for each text, within the days from one to the next, and do what they do in the end. */
async function edited(texts: readonly (readonly [day: number, text: string])[], size = 4000) {
  const opened = await running(texts[0]?.[1] ?? '')
  const people = crowd(size)
  for (const [step, [day, text]] of texts.entries()) {
    if (step > 0) await opened.set(text)
    const seen = people.filter((one) => one.weeks[step]).map(({ id }) => id)
    await opened.come(seen, day, (texts[step + 1]?.[0] ?? day + 1) - day)
  }
  await opened.store.write({
    conversions: people
      .filter(({ buys }) => buys)
      .map(({ id }) => conversionRow(id, null, { at: START + 20.9 * DAY })),
  })
  return opened
}

test('shares that grow several times within a day are in the order of the edits', async () => {
  const opened = await edited([
    [0, r2('big: 5')],
    [0.3, r2('big: 15')],
    [0.5, r2('big: 33')],
  ])
  const report = await opened.report()
  expect(report.phases.map(({ shares }) => shares?.['big']?.toFixed(2))).toEqual([
    '0.20',
    '0.43',
    '0.62',
  ])
  expect(report.sampleRatio.verdict).toBe('no-mismatch')
  const { big = 0 } = aloneOf(report)
  expect(big).toBeGreaterThan(300)
  const [low = NaN, high = NaN] = of(report, 'big')?.lift?.interval ?? []
  expect(low).toBeLessThan(0)
  expect(high).toBeGreaterThan(0)
})

test('whoever is first seen after the last edit of a day is in, though the edit moved their bucket', async () => {
  const opened = await edited([
    [0, rule('0.5, 0.5', 1)],
    [0.2, rule('0.8, 0.2', 1)],
    [1, rule('0.8, 0.2', 1)],
  ])
  const [before, after] = (await opened.report()).phases
  expect(before?.moved).toBeGreaterThan(0)
  expect(after?.moved).toBe(0)
})

test('a time that is over compares those whom growth before it let in with nobody else', async () => {
  const opened = await edited([
    [0, r2('big: 5')],
    [7, r2('big: 30')],
    [14, r2('big: 30')],
  ])
  for (const from of [7, 14]) {
    const report = await opened.report({ span: { from: START + from * DAY, to: START + 30 * DAY } })
    expect(report.sampleRatio.verdict).toBe('no-mismatch')
    expect(aloneOf(report)['big']).toBeGreaterThan(50)
    expect(of(report, 'big')?.difference?.p).toBeGreaterThan(0.05)
    // Nobody of before the time is in it, so its phases are those of the others.
    expect(report.phases).toHaveLength(1)
  }
})

test.each([
  ['is made smaller', r2('big: 30, huge: 30'), r2('big: 5, huge: 30')],
  ['is stopped', r2('big: 30, huge: 30'), r2('big: 0, huge: 30')],
])(
  'who can no longer be seen, since a share %s, is no sign that a variant keeps people away',
  async (_, before, after) => {
    const opened = await edited([
      [0, before],
      [7, after],
      [14, after],
    ])
    const report = await opened.report({ span: { from: START + 7 * DAY } })
    expect(
      report.quality.returned?.variants.find(({ variant }) => variant === 'huge')?.returned,
    ).toBeGreaterThan(100)
    expect(report.quality.returned?.isUneven).toBe(false)
    expect(isSound(report)).toBe(true)
  },
)

test('a split that is broken is a mismatch in the people whom growth let in, too', async () => {
  const opened = await weeks([
    r2('big: 5, control_1: 5, control_2: 5'),
    r2('big: 30, control_1: 30, control_2: 30'),
  ])
  expect((await opened.report()).sampleRatio.verdict).toBe('no-mismatch')
  const [last] = await opened.store.ledger({ of: 'exposures', most: 1 })
  await opened.store.write({
    exposures: ids(400, 90_000).map((unit) =>
      exposureRow(unit, 'big', {
        ...{ experiment: '7', feature: 'size', at: START + 8 * DAY },
        revision: last?.revision ?? null,
      }),
    ),
  })
  expect((await opened.report()).sampleRatio.verdict).toBe('mismatch')
})
