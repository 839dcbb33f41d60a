/** Which people and which of their conversions are in a report. */
import type { ConfiguredExperiment } from '../../src/analysis/configured'
import { experimentReport, type ReportQuestion } from '../../src/analysis/experiment-report'
import { isSound, noteLines, redLines } from '../../src/analysis/verdicts'
import { memoryStore } from '../../src/recording/memory'
import type { CountedBatch } from '../../src/recording/store'
import { assignedRow, conversionRow, dropRow, exposureRow } from '../support/rows'

const DAY = 86_400_000
const at = Date.UTC(2026, 10, 1)
const experiment: ConfiguredExperiment = {
  feature: 'button',
  id: 'exp',
  status: 'running',
  shares: [
    { variant: 'a', share: 0.5 },
    { variant: 'b', share: 0.5 },
  ],
}

async function reported(batch: CountedBatch, also: Partial<ReportQuestion> = {}) {
  const store = memoryStore()
  await store.write(batch)
  return experimentReport(store, { experiment, now: at + 20 * DAY, ...also })
}

const seen = (unit: string, variant: string, day = 0, also: object = {}) =>
  exposureRow(unit, variant, { at: at + day * DAY, ...also })
const bought = (unit: string | null, day: number, also: object = {}) =>
  conversionRow(unit, 2, { at: at + day * DAY, ...also })

const convertedOf = (report: Awaited<ReturnType<typeof reported>>) =>
  report.conversions[0]?.variants.map(({ variant, units, converted, conversions }) => [
    variant,
    units,
    converted,
    conversions,
  ])

describe('one unit of truth', () => {
  const decisions = [
    assignedRow('u1', 'exp', 'a', { decisionId: 'd1', at }),
    assignedRow('u2', 'exp', 'b', { decisionId: 'd2', at }),
  ]

  test('a conversion by decision counts for its subject, by decision and by unit alike', async () => {
    const batch = {
      decisions,
      exposures: [seen('u1', 'a'), seen('u2', 'b')],
      conversions: [bought(null, 1, { decisionId: 'd1' }), bought('u2', 1)],
    }
    for (const by of ['unit', 'decision'] as const)
      expect(convertedOf(await reported(batch, { by }))).toEqual([
        ['a', 1, 1, 1],
        ['b', 1, 1, 1],
      ])
  })

  test('an event that names a decision and a unit is one event, and its refund another', async () => {
    const conversions = [
      bought(null, 1, { decisionId: 'd1', event: 'order-1', value: 5 }),
      bought('u1', 1, { event: 'order-1', value: 5 }),
      bought('u1', 2, { event: 'order-1', value: -2 }),
    ]
    const report = await reported({ decisions, exposures: [seen('u1', 'a')], conversions })
    expect(report.conversions[0]?.variants[0]).toMatchObject({ conversions: 2, value: { sum: 3 } })
  })

  test('exposures that come later do not change what a report counts, which says what it leaves out', async () => {
    const report = await reported({
      decisions,
      exposures: [seen('u1', 'a', 1)],
      conversions: [bought(null, 2, { decisionId: 'd2' })],
    })
    expect(report).toMatchObject({ by: 'decision', quality: { leftOut: 1 } })
    expect(convertedOf(report)).toEqual([
      ['a', 1, 0, 0],
      ['b', 1, 1, 1],
    ])
  })

  test('a subject whom decisions gave two variants is crossed', async () => {
    const report = await reported({
      decisions: [...decisions, assignedRow('u1', 'exp', 'b', { at: at + DAY })],
    })
    expect(report.variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [1, 1],
      [1, 0],
    ])
  })
})

describe('a visitor who signs in', () => {
  const signedOut = (loid: string, variant: string, day = 0) =>
    seen(loid, variant, day, { loid, user: null, data: { signed_out: true } })
  const signedIn = (user: string, variant: string, day: number, loid: string | null) =>
    seen(user, variant, day, { user, loid })

  test('is two units, or one when the report is stitched: both variants seen is crossed', async () => {
    const exposures = [
      signedOut('l1', 'a'),
      signedIn('u1', 'b', 1, 'l1'),
      signedOut('l2', 'a'),
      signedIn('u2', 'a', 1, 'l2'),
    ]
    const conversions = [bought('u2', 2), bought('l2', 0.5)]
    const apart = await reported({ exposures, conversions })
    expect(apart.variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [3, 0],
      [1, 0],
    ])
    expect(apart.quality).toMatchObject({ unstitched: 2, crossedUnstitched: 1 })
    const one = await reported({ exposures, conversions }, { stitch: true })
    expect(one.quality).toMatchObject({ unstitched: 0, crossedUnstitched: 0 })
    expect(one.stitched).toBe(true)
    expect(one.variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [2, 1],
      [0, 0],
    ])
    expect(convertedOf(one)).toEqual([['a', 1, 1, 2]])
  })

  test('crosses by signing in, which is told apart and does not break the others: a new id would draw them anew as well', async () => {
    const exposures = ['a', 'b'].flatMap((variant) => [
      ...Array.from({ length: 190 }, (_, i) => signedOut(`l${variant}${i}`, variant)),
      ...Array.from({ length: 10 }, (_, i) =>
        signedIn(`u${variant}${i}`, 'a', 1, `l${variant}${i}`),
      ),
    ])
    const one = await reported({ exposures }, { stitch: true })
    expect(one.quality).toMatchObject({
      crossed: 10 / 380,
      crossedOfStaying: 0,
      crossedBySignIn: 10 / 380,
    })
    expect(isSound(one)).toBe(true)
    expect(noteLines(one).join(' ')).toContain(
      'Signed in: 10 of 380 units (2.63 %) saw another variant',
    )
    expect(noteLines(one).join(' ')).not.toContain('experiment_id')
    // Whose one id saw both did not cross by signing in.
    const both = Array.from({ length: 10 }, (_, i) => seen(`ua${i}`, 'b', 2, { user: `ua${i}` }))
    const broken = await reported({ exposures: [...exposures, ...both] }, { stitch: true })
    expect(broken.quality).toMatchObject({ crossedOfStaying: 10 / 380, crossedBySignIn: 10 / 380 })
    expect(isSound(broken)).toBe(false)
  })

  test('is one unit on all their devices, whichever they are first seen with signed in', async () => {
    const exposures = [
      ...['phone', 'laptop', 'tablet'].map((loid) => signedOut(loid, 'a')),
      signedIn('u1', 'a', 1, 'phone'),
      signedIn('u1', 'a', 2, 'laptop'),
      signedOut('work', 'b', 1),
      signedIn('u2', 'a', 1, null),
      signedIn('u2', 'a', 2, 'home'),
      signedIn('u2', 'a', 3, 'work'),
    ]
    const conversions = [bought('laptop', 3), bought('u1', 3)]
    const one = await reported({ exposures, conversions }, { stitch: true })
    expect(one.variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [3, 1],
      [0, 0],
    ])
    expect(convertedOf(one)?.[0]).toEqual(['a', 2, 1, 2])
    expect((await reported({ exposures })).quality).toMatchObject({
      unstitched: 3,
      crossedUnstitched: 1,
    })
  })

  test('on a computer that several use, it is the time with that computer that counts', async () => {
    const exposures = [
      signedOut('shared', 'b'),
      signedIn('u1', 'a', 1, null),
      signedIn('u1', 'a', 5, 'shared'),
      signedIn('u2', 'b', 3, 'shared'),
    ]
    const { variants } = await reported({ exposures }, { stitch: true })
    expect(variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [1, 0],
      [1, 0],
    ])
  })

  test('on a computer that several use, the signed-out time is of the first user', async () => {
    const exposures = [
      signedOut('l1', 'a'),
      signedIn('u2', 'b', 2, 'l1'),
      signedIn('u1', 'a', 1, 'l1'),
    ]
    const { variants } = await reported({ exposures }, { stitch: true })
    expect(variants.map(({ units, crossed }) => [units, crossed])).toEqual([
      [1, 0],
      [1, 0],
    ])
  })
})

describe('a window', () => {
  const exposures = [seen('u1', 'a'), seen('u2', 'b'), seen('u3', 'b', 18)]
  const conversions = [bought('u1', 6), bought('u2', 8), bought('u3', 18.5)]

  test('counts what a unit did in it, and only units whose window is over', async () => {
    const report = await reported({ exposures, conversions }, { windowMs: 7 * DAY })
    expect(report.windowMs).toBe(7 * DAY)
    expect(convertedOf(report)).toEqual([
      ['a', 1, 1, 1],
      ['b', 1, 0, 0],
    ])
    expect(report.variants.map(({ units }) => units)).toEqual([1, 2])
  })

  test('of the entry holds where none is asked for', async () => {
    const own = { ...experiment, windowMs: 30 * DAY }
    expect(convertedOf(await reported({ exposures, conversions }, { experiment: own }))).toEqual([])
    expect(await reported({ exposures }, { experiment: own, windowMs: DAY })).toMatchObject({
      windowMs: DAY,
    })
  })

  test.each([
    ['whose window is not over', 19, [19.5, 19.5]],
    ['who did it all after the window', 0, [8, 9]],
  ])('conversions of units %s are those of somebody', async (_, day, [first = 0, second = 0]) => {
    const batch = {
      exposures: [seen('u1', 'a', day), seen('u2', 'b', day)],
      conversions: [bought('u1', first), bought('u2', second)],
    }
    for (const conversion of [{}, { conversion: 'purchase' }]) {
      const report = await reported(batch, { windowMs: 7 * DAY, ...conversion })
      expect(convertedOf(report)?.every(([, , converted]) => converted === 0)).toBe(true)
      expect([report.gaps.unjoined, isSound(report)]).toEqual([[], true])
    }
  })

  test('conversions of units that were never seen are told, with a window as without', async () => {
    const batch = { exposures: [seen('u1', 'a'), seen('u2', 'b')], conversions: [bought('u9', 1)] }
    for (const window of [{}, { windowMs: DAY }, { windowMs: 90 * DAY }])
      for (const conversion of [{}, { conversion: 'purchase' }])
        expect((await reported(batch, { ...window, ...conversion })).gaps.unjoined).toEqual([
          { name: 'purchase', conversions: 1 },
        ])
  })

  test('is over at the end of the span', async () => {
    const report = await reported(
      { exposures, conversions },
      { windowMs: 7 * DAY, span: { to: at + 6 * DAY } },
    )
    expect(convertedOf(report)).toEqual([])
  })
})

describe('a span', () => {
  test('has the units that were seen in it, what they did in it, and crossings of all time', async () => {
    const exposures = [
      seen('stays', 'a'),
      seen('stays', 'a', 5),
      seen('gone', 'a'),
      seen('moves', 'a'),
      seen('moves', 'b', 5),
      seen('comes', 'b', 5),
    ]
    const conversions = [bought('stays', 1), bought('stays', 6), bought('gone', 6)]
    const report = await reported({ exposures, conversions }, { span: { from: at + 4 * DAY } })
    expect(report.variants.map(({ units, tested, crossed }) => [units, tested, crossed])).toEqual([
      [2, 0, 1],
      [1, 1, 0],
    ])
    expect(convertedOf(report)).toEqual([
      ['a', 1, 1, 1],
      ['b', 1, 0, 0],
    ])
  })
})

describe('the data quality', () => {
  const exposures = [
    ...Array.from({ length: 60 }, (_, i) => seen(`a${i}`, 'a')),
    ...Array.from({ length: 60 }, (_, i) => seen(`b${i}`, 'b')),
  ]

  test('is sound where nothing is wrong', async () => {
    const report = await reported({ exposures, conversions: [bought('a1', 1)] })
    expect(report.quality).toEqual({
      isRed: false,
      dropped: 0,
      orphans: 0,
      earlier: 0,
      ahead: 0,
      crossed: 0,
      moved: 0,
      crossedOfStaying: 0,
      leftOut: 0,
      unstitched: 0,
      crossedUnstitched: 0,
      unknown: 0,
    })
    expect(report.sampleRatio.verdict).toBe('no-mismatch')
    expect(isSound(report)).toBe(true)
  })

  test.each<[string, CountedBatch, object]>([
    [
      'a conversion of a decision that there is not',
      { conversions: [bought('a1', 1), bought(null, 1, { decisionId: 'lost' })] },
      { orphans: 1 },
    ],
    [
      'a conversion in the future',
      { conversions: [bought('a1', 1), bought('a2', 30)] },
      { ahead: 1 },
    ],
    ['a unit that was first seen in the future', { exposures: [seen('z', 'a', 400)] }, {}],
    [
      'rows that a writer lost',
      { drops: [dropRow({ firstAt: at, lastAt: at + DAY })] },
      { dropped: 10 },
    ],
  ])('%s withholds the verdict, and the report is not sound', async (_, batch, quality) => {
    const report = await reported({
      ...batch,
      exposures: [...exposures, ...(batch.exposures ?? [])],
    })
    expect(report.quality).toMatchObject({ isRed: true, ...quality })
    expect(report.sampleRatio.verdict).toBe('incomplete')
    expect(isSound(report)).toBe(false)
  })

  test('subjects whom a wrong clock first decided for in the future are left out, and told', async () => {
    const assigned = (day: number, from: number) =>
      Array.from({ length: 30 }, (_, i) =>
        assignedRow(`u${from + i}`, 'exp', i % 2 === 0 ? 'a' : 'b', { at: at + day * DAY }),
      )
    const decisions = [...assigned(0, 0), ...assigned(400, 100), ...assigned(400, 0)]
    const report = await reported({ decisions }, { by: 'decision' })
    expect(report.variants.map(({ units }) => units)).toEqual([15, 15])
    expect(report).toMatchObject({ gaps: { ahead: 30 }, quality: { isRed: true } })
    expect(isSound(report)).toBe(false)
    expect(redLines(report)).toEqual([
      'FUTURE: 30 units were first seen more than a day ahead, and are left out; set the clock of the server that wrote them, and correct created_at in liveflag_decisions',
    ])
    const inTime = await reported({ decisions: decisions.slice(0, 30) }, { by: 'decision' })
    expect(inTime.gaps.ahead).toBe(0)
    const ended = await reported({ decisions }, { by: 'decision', span: { to: at + DAY } })
    expect(ended.gaps.ahead).toBe(0)
  })

  test('a mismatch is told all the same', async () => {
    const report = await reported({
      exposures: exposures.slice(0, 70),
      drops: [dropRow({ firstAt: at, lastAt: at + DAY })],
    })
    expect(report.sampleRatio.verdict).toBe('mismatch')
  })

  test('conversions before the exposure count for nothing, and are told', async () => {
    const report = await reported({
      exposures,
      conversions: [bought('a1', -1), bought('a1', 1), bought('nobody', -1)],
    })
    expect(report.quality).toMatchObject({ isRed: false, earlier: 1 })
    expect(convertedOf(report)?.[0]).toEqual(['a', 60, 1, 1])
  })

  test('up to one unit in a hundred that saw two variants leaves a report sound', async () => {
    const moved = (count: number) => exposures.slice(0, count).map(({ unit }) => seen(unit, 'b', 1))
    const [few, many] = [moved(1), moved(2)]
    expect(isSound(await reported({ exposures: [...exposures, ...few] }))).toBe(true)
    expect(isSound(await reported({ exposures: [...exposures, ...many] }))).toBe(false)
  })
})

test('units that name an entry whose text is not kept are counted, since the shares of today stand in', async () => {
  const exposures = [
    seen('u1', 'a', 0, { revision: 'lost' }),
    seen('u2', 'b', 0, { revision: 'lost' }),
    seen('u3', 'b', 0, { revision: null }),
  ]
  const report = await reported({ exposures })
  expect(report.phases).toMatchObject([{ units: 3, shares: null, unkept: 2 }])
  expect(noteLines(report)).toEqual([
    '2 units name an entry whose text is not kept: the shares of the live config are expected of them.',
  ])
  expect(noteLines(await reported({ exposures: exposures.slice(2) }))).toEqual([])
})

describe('a span that ends before now', () => {
  test('knows nothing of what was done after it, which is not the future', async () => {
    const batch = { exposures: [seen('u1', 'a')], conversions: [bought('u1', 1), bought('u1', 12)] }
    const report = await reported(batch, { span: { to: at + 5 * DAY } })
    expect(report.quality).toMatchObject({ ahead: 0, isRed: false })
    expect(redLines(report)).toEqual([])
    const ahead = await reported({ ...batch, conversions: [bought('u1', 30)] })
    expect(ahead.quality.ahead).toBe(1)
  })

  test('counts by a window whose all of it lies in the span', async () => {
    const batch = {
      exposures: [
        seen('old', 'a'),
        seen('old', 'a', 11),
        seen('new', 'a', 10),
        seen('late', 'a', 17),
      ],
      conversions: [bought('old', 1), bought('new', 11), bought('late', 18)],
    }
    const span = { from: at + 9 * DAY, to: at + 19 * DAY }
    const report = await reported(batch, { span, windowMs: 7 * DAY })
    expect(report.variants[0]).toMatchObject({ units: 2, tested: 2 })
    expect(convertedOf(report)?.[0]).toEqual(['a', 1, 1, 1])
    expect(noteLines(report).join()).toMatch(/of those that were first seen in this span/)
  })
})
