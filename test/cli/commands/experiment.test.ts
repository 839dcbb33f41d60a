/**
 * `liveflag experiment FILE NAME --store PATH`: what was recorded of an experiment, and whether it
 * can be trusted.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTime } from '../../../src/cli/records'
import { sqliteStore } from '../../../src/recording/sqlite'
import type { CountedBatch, ExposureRow } from '../../../src/recording/store'
import { assignedRow, conversionRow, dropRow, exposureRow } from '../../support/rows'
import { block, liveflag, type Ran, scratch } from '../captured-terminal'

const write = scratch()
const folder = mkdtempSync(join(tmpdir(), 'liveflag-records-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = write(
  'live.yaml',
  block(`
  feature_button:
    default: blue
    experiment:
      experiment_id: exp
      status: running
      loggedin: true
      variants:
        - { name: control, weight: 50, value: blue }
        - { name: red, weight: 50, value: red }
        - { name: later, weight: 0, value: green }
  feature_size:
    default: 1
    rules:
      - { key: size-1, variations: [1, 2] }
      - { key: size-2, variations: [1, 2] }
  feature_plain: on
`),
)

const DAY = 86_400_000
const at = Date.UTC(2026, 10, 1)
const exposed = (variant: string, count: number, first = 0) =>
  Array.from({ length: count }, (_, i) =>
    exposureRow(`u${first + i}`, variant, { at: at + (i % 3) * DAY }),
  )

let stores = 0
async function recorded(batch: CountedBatch): Promise<string> {
  const file = join(folder, `records-${stores++}.db`)
  const store = sqliteStore(file)
  await store.write(batch)
  await store.close()
  return file
}

const report = async (batch: CountedBatch, ...more: string[]): Promise<Ran> =>
  liveflag(['experiment', path, 'button', '--store', await recorded(batch), ...more])

const sound = {
  exposures: [...exposed('control', 60), ...exposed('red', 60, 60)],
  conversions: [
    ...Array.from({ length: 6 }, (_, i) => conversionRow(`u${i}`, 2, { at: at + 9 * DAY })),
    ...Array.from({ length: 12 }, (_, i) => conversionRow(`u${60 + i}`, 3, { at: at + 9 * DAY })),
  ],
}

test('people get the split, the verdict on it, the days, and each conversion against the control', async () => {
  expect(await report(sound)).toEqual({
    code: 0,
    err: '',
    out: block(`
      button, experiment exp, running
      Units exposed:

        variant  units    share  expected
        control     60  50.00 %   50.00 %  ████████████
        later        0   0.00 %    0.00 %
        red         60  50.00 %   50.00 %  ████████████

      No mismatch found between the split and its shares (p = 1).
      Of every look together: p = 1.
      This is the first look at these figures.

      First exposures by day of UTC:

        day         control  later  red
        2026-11-01       20      0   20
        2026-11-02       20      0   20
        2026-11-03       20      0   20

        control  ███
        later
        red      ███

      purchase  intervals of 95 %, compared with control

        variant  units  converted     rate       one look    every look
        control     60          6  10.00 %   4.66 … 20.15  0.00 … 62.32
        red         60         12  20.00 %  11.83 … 31.78  0.00 … 69.65

        variant  sum  mean     one look    every look
        control   12  0.20  0.04 … 0.36  -0.45 … 0.85
        red       36  0.60  0.29 … 0.91  -0.71 … 1.91
      Skewed: a few large values decide these means; they need 1,556 units or more in each variant, and control has 60, red has 60. Do not go by the interval of a mean. The differences are of groups of about one size, in which it cancels.

        variant                      effect       one look      p  adjusted p         every look     p
        red      lift of the rate  +100.0 %  -16.5 … 388.5   0.13        0.13  -100.0 … no limit   0.9
        red      difference          +10.00  -3.03 … 22.93   0.13           –     -36.03 … 52.91  0.91
        red      lift of the mean  +200.0 %  19.2 … 1290.9  0.024       0.049           no limit  0.72
        red      difference           +0.40    0.05 … 0.75  0.024           –       -0.68 … 1.48  0.72
    `),
  })
})

test('--json prints the report with stable members, times in ISO 8601', async () => {
  const { code, out } = await report(
    sound,
    '--json',
    '--since',
    '2026-11-02',
    '--conversion',
    'purchase',
  )
  const printed = JSON.parse(out)
  expect({ code, members: Object.keys(printed) }).toEqual({
    code: 0,
    members: [
      'feature',
      'experiment',
      'status',
      'by',
      'from',
      'to',
      'window',
      'stitched',
      'control',
      'controls',
      'variants',
      'sampleRatio',
      'phases',
      'littleLeft',
      'alone',
      'leaks',
      'drops',
      'quality',
      'days',
      'decisions',
      'conversions',
      'segments',
      'looks',
    ],
  })
  expect(printed).toMatchObject({
    from: '2026-11-02T00:00:00.000Z',
    to: null,
    sampleRatio: { verdict: 'no-mismatch', chiSquare: 0, degreesOfFreedom: 1, p: 1 },
  })
})

test('a split that is off is a mismatch, says what to do, and exits 1', async () => {
  const { code, out } = await report({
    exposures: [...exposed('control', 400), ...exposed('red', 600, 400)],
  })
  expect(code).toBe(1)
  expect(out).toContain(
    'SAMPLE-RATIO MISMATCH (p < 0.0001): control has 400 where 500 were expected. Do not trust this experiment until you know why.\n',
  )
})

test('units where none should be are leaks, units in two variants are told, and both exit 1', async () => {
  const { code, out } = await report({
    exposures: [
      ...exposed('control', 10),
      ...exposed('red', 10, 8),
      ...exposed('later', 1, 50),
      ...exposed('gone', 2, 60),
    ],
  })
  expect(out).toContain(
    'CROSSED: 9.52 % of the units saw more than one variant and are in no estimate; above 1 %, those that are left are no fair sample: measure anew, under a new experiment_id\n',
  )
  expect({ code, leaks: out.split('\n').filter((line) => line.startsWith('LEAK')) }).toEqual({
    code: 1,
    leaks: [
      'LEAK: 2 units in gone, which is not in the entry that decided',
      'LEAK: 1 unit in later, which has no share in the entry that decided',
    ],
  })
})

describe('rows that were lost', () => {
  const drops = [
    dropRow({ rows: 40_000, firstAt: at, lastAt: at + 90_000_000 }),
    dropRow({ rows: 1, firstAt: at, lastAt: at, reason: 'refused', name: null, experiment: null }),
    dropRow({ kind: 'conversions', experiment: null, name: 'purchase', firstAt: at, lastAt: at }),
  ]

  test('are named with their time and why, withhold the verdict, and exit 1', async () => {
    const { code, out } = await report({ ...sound, drops })
    expect({
      code,
      lines: out.split('\n').filter((line) => /^(No verdict|Data| {2}LOST|This ends)/.test(line)),
    }).toEqual({
      code: 1,
      lines: [
        'No verdict on the split: no mismatch was found (p = 1), but the data are not complete.',
        'Data quality:',
        '  LOST: 10 conversions named purchase were dropped at 2026-11-01, because their writer was full: the counts are not complete',
        '  LOST: 1 exposure that may be of this experiment was dropped at 2026-11-01, because no store can hold them: the counts are not complete',
        '  LOST: 40,000 exposures of button were dropped between 2026-11-01 and 2026-11-02T01:00Z, because their writer was full: the counts are not complete',
        'This ends with exit code 1: the data are not sound.',
      ],
    })
  })

  test('are in the JSON, with times in ISO 8601', async () => {
    const { code, out } = await report({ ...sound, drops: drops.slice(0, 1) }, '--json')
    expect({ code, printed: JSON.parse(out) }).toMatchObject({
      code: 1,
      printed: {
        sampleRatio: { verdict: 'incomplete', p: 1 },
        drops: [
          {
            kind: 'exposures',
            experiment: 'exp',
            name: 'button',
            reason: 'full',
            rows: 40_000,
            firstAt: '2026-11-01T00:00:00.000Z',
            lastAt: '2026-11-02T01:00:00.000Z',
            processes: 1,
          },
        ],
      },
    })
  })

  test.each([
    ['of another experiment', [dropRow({ experiment: 'other', firstAt: at, lastAt: at })], []],
    ['of usages', [dropRow({ kind: 'usages', experiment: null, firstAt: at, lastAt: at })], []],
    ['of another conversion', drops.slice(2), ['--conversion', 'sign-up']],
    ['before the time that is read', drops, ['--since', '2026-11-02T02:00Z']],
  ])('are no matter when they are %s', async (_, lost, more) => {
    const conversions = [
      ...sound.conversions,
      conversionRow('u2', 1, { name: 'sign-up', at: at + 9 * DAY }),
    ]
    expect(await report({ ...sound, conversions, drops: lost }, ...more)).toMatchObject({
      code: 0,
      out: expect.stringContaining('No mismatch found'),
    })
  })
})

test('where only decisions were recorded, their subjects are counted', async () => {
  const decisions = Array.from({ length: 20 }, (_, i) =>
    assignedRow(`u${i}`, 'exp', i % 2 === 0 ? 'control' : 'red'),
  )
  const { out } = await report({ decisions })
  expect(out).toContain('Subjects assigned by decisions:')
  expect(out).toContain('First assignments by day of UTC:')
  expect(out).toContain('Decisions by reason:\n\n  experiment_assigned  20\n')
})

test('an experiment may be named by its id, and is the only one of several that is asked for', async () => {
  const store = await recorded({ exposures: [exposureRow('u1', '0', { experiment: 'size-2' })] })
  const { out } = await liveflag(['experiment', path, 'size-2', '--store', store, '--json'])
  expect(JSON.parse(out)).toMatchObject({
    feature: 'size',
    experiment: 'size-2',
    control: '0',
    variants: [
      { variant: '0', units: 1, expectedShare: 0.5 },
      { variant: '1', units: 0, expectedShare: 0.5 },
    ],
  })
})

test('--svg draws the report', async () => {
  const svg = join(folder, 'report.svg')
  expect(await report(sound, '--svg', svg)).toMatchObject({ code: 0 })
  const drawn = readFileSync(svg, 'utf8')
  expect(drawn).toMatch(/^<svg [^]*<\/svg>\n$/)
  expect(drawn.match(/<rect/g)).toHaveLength(1 + 3 + 9)
})

test('the store may come from the environment', async () => {
  const store = await recorded(sound)
  expect(
    await liveflag(['experiment', path, 'button'], { env: { LIVEFLAG_STORE: store } }),
  ).toMatchObject({ code: 0, err: '' })
})

test('a store that is not there is an error, and is not made', async () => {
  const missing = join(folder, 'missing.db')
  expect(await liveflag(['experiment', path, 'button', '--store', missing])).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining(`--store: ${missing} cannot be read`),
  })
  expect(existsSync(missing)).toBe(false)
})

test.each([
  ['no store', ['button'], '--store is missing'],
  [
    'a URL of another database, whose password is not repeated',
    ['button', '--store', 'mysql://me:secret@host/records'],
    /^liveflag: --store: of URLs only (?!.*secret)/,
  ],
  [
    'a name that is close',
    ['buton', '--store', 'x'],
    'has no experiment buton, by feature or by id; did you mean button?',
  ],
  ['a feature without an experiment', ['plain', '--store', 'x'], 'has no experiment plain'],
  [
    'a feature with several',
    ['size', '--store', 'x'],
    'feature_size has 2 experiments; give the id of one: size-1, size-2',
  ],
  [
    'a time that is none',
    ['button', '--store', 'x', '--since', 'yesterday'],
    '--since is "yesterday"; write a day such as 2026-11-01',
  ],
  [
    'an end before its start',
    ['button', '--store', 'x', '--since', '1h', '--until', '2h'],
    '--since is not before --until',
  ],
  [
    'records that there are not',
    ['button', '--store', 'x', '--by', 'page'],
    'Allowed choices are unit, decision',
  ],
])('%s is a problem of the command line', async (_, args, message) => {
  expect(await liveflag(['experiment', path, ...args])).toEqual({
    code: 2,
    out: '',
    err:
      typeof message === 'string'
        ? expect.stringContaining(message)
        : expect.stringMatching(message),
  })
})

test('a control that there is not is named with those that there are', async () => {
  expect(await report(sound, '--control', 'blue')).toMatchObject({
    code: 2,
    err: 'liveflag: there is no variant blue that could be the control; there are control, later, red\n',
  })
})

test('a conversion name that was never recorded is an error with the names that there are', async () => {
  expect(await report(sound, '--conversion', 'purchse')).toEqual({
    code: 2,
    out: '',
    err: 'liveflag: no conversion named purchse was recorded; there are purchase; did you mean purchase?\n',
  })
})

test.each([
  ['every name', []],
  ['the one that is asked for', ['--conversion', 'purchase']],
  ['as JSON', ['--json']],
])('conversions that join no unit are reported on stderr, and exit 1: %s', async (_, args) => {
  const companies = Array.from({ length: 10 }, (__, i) =>
    exposureRow(`company-${i}`, i % 2 ? 'control' : 'red', { at, kind: 'company' }),
  )
  // One of them was reported for a decision as well, so it has two rows.
  const decisions = [assignedRow('u1', 'other', 'red', { decisionId: 'd1', at })]
  const conversions = [
    conversionRow('u1', 1, { at: at + DAY, decisionId: 'd1' }),
    conversionRow('u2', 1, { at }),
  ]
  expect(await report({ exposures: companies, decisions, conversions }, ...args)).toMatchObject({
    code: 1,
    err: 'liveflag: 2 conversions named purchase were recorded, and none joins a unit of experiment exp; its units are of kind company, so record conversions with the id of that unit\n',
  })
})

test('conversions from before the experiment are no conversions that fail to join', async () => {
  const conversions = [conversionRow('somebody', 1, { at: at - DAY })]
  expect(await report({ exposures: sound.exposures, conversions })).toMatchObject({
    code: 0,
    err: '',
  })
})

test.each<[string, CountedBatch, string[], string]>([
  ['in an empty store', {}, [], 'in this store, which has records of no experiment'],
  [
    'in a store of other experiments',
    { exposures: [exposureRow('u1', 'a', { experiment: 'exp-2' })] },
    [],
    'in this store, which has records of exp-2',
  ],
  [
    'in a span beyond the records',
    sound,
    ['--since', '2027-01-01'],
    'since 2027-01-01; its records are from 2026-11-01 to 2026-11-03',
  ],
])('nothing recorded %s is said, and exits 1', async (_, batch, args, expected) => {
  expect(await report(batch, ...args)).toMatchObject({
    code: 1,
    err: `liveflag: nothing was recorded of experiment exp ${expected}\n`,
  })
})

test('--by for which nothing was recorded names the way out', async () => {
  expect(await report(sound, '--by', 'decision')).toMatchObject({
    code: 1,
    err: 'liveflag: the store has no decisions of experiment exp; leave out --by to count what it has\n',
  })
})

const now = new Date('2026-11-21T12:00:00Z')

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T09:30Z', '2026-11-01T09:30:00.000Z'],
  ['2026-11-01T09:30', '2026-11-01T09:30:00.000Z'],
  ['2026-11-01T09:30:15.5+02:00', '2026-11-01T07:30:15.500Z'],
  ['14d', '2026-11-07T12:00:00.000Z'],
  ['6h', '2026-11-21T06:00:00.000Z'],
  ['30m', '2026-11-21T11:30:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(readTime('--since', text, now)).toISOString()).toBe(expected)
})

test.each([
  '',
  'now',
  '14',
  '14w',
  '2026',
  '01.11.2026',
  '2026-13-01',
  '2026-02-30',
  '2026-11-31T09:30',
  '2026-11-01T24:00Z',
  '2026-11-01 09:30',
  'd',
])('%j is no time', (text) => {
  expect(() => readTime('--since', text, now)).toThrow(/^--since is /)
})

test('where some units are in no test of the split, the shares are those of the others', async () => {
  const later = (variant: string, count: number, first: number): ExposureRow[] =>
    exposed(variant, count, first).map((row) => ({ ...row, at: at + 5 * DAY }))
  const exposures = [
    ...exposed('control', 40),
    ...exposed('red', 40, 40),
    // They come back.
    ...later('control', 20, 0),
    ...later('control', 20, 100),
    ...later('red', 20, 120),
  ]
  const { out } = await report({ exposures }, '--since', '2026-11-05')
  expect(out).toContain(
    block(`
      variant  units  tested    share  expected
      control     40      20  50.00 %   50.00 %  ████████████
      later        0       0   0.00 %    0.00 %
      red         20      20  50.00 %   50.00 %  ████████████
    `).replaceAll(/^(?=.)/gm, '  '),
  )
})

test('a report of nothing says so, what the live config gives, and nothing else', async () => {
  const { out, err } = await report({})
  expect(out).toBe(
    block(`
      button, experiment exp, running
      Nothing was recorded; the shares that the live config gives:

        variant  units  share  expected
        control      0      –   50.00 %
        later        0      –    0.00 %
        red          0      –   50.00 %
    `),
  )
  expect(err).toContain('nothing was recorded of experiment exp in this store')
})

describe('phases, windows and people who sign in', () => {
  const configs = [30, 70].map((weight) => {
    const text = JSON.stringify({
      experiment: {
        experiment_id: 'exp',
        variants: [
          { name: 'control', weight: 100 - weight },
          { name: 'red', weight },
        ],
      },
    })
    return {
      revision: createHash('sha256').update(text).digest('hex'),
      feature: 'button',
      text,
      at,
    }
  })
  const by = (rows: readonly ExposureRow[], edit: number, day: number): ExposureRow[] =>
    rows.map((row) => ({
      ...row,
      revision: configs[edit]?.revision ?? null,
      at: at + day * DAY,
    }))
  const edited = {
    configs,
    exposures: [
      ...by([...exposed('control', 70), ...exposed('red', 30, 70)], 0, 0),
      ...by([...exposed('control', 30, 100), ...exposed('red', 70, 130)], 1, 2),
    ],
    conversions: [
      conversionRow('u1', 1, { at: at + DAY }),
      conversionRow('u150', 1, { at: at + 9 * DAY }),
    ],
  }

  test('an edited split is measured against what it was, and the phases are told', async () => {
    const { code, out } = await report(edited)
    expect(code).toBe(0)
    expect(out).toContain(
      block(`
        No mismatch found between the split and its shares (p = 1).
        Of every look together: p = 1.
        This is the first look at these figures.
        Phases, because the entry was edited; differences compare units of one phase:
          from 2026-11-01: 100 first seen, by shares of control 70.0 %, red 30.0 %
          from 2026-11-03: 100 first seen, by shares of control 30.0 %, red 70.0 %; the edit changed variants
      `),
    )
    const { out: json } = await report(edited, '--json')
    expect(JSON.parse(json).phases).toEqual([
      {
        from: '2026-11-01T00:00:00.000Z',
        since: '2026-11-01T00:00:00.000Z',
        changed: [],
        units: 100,
        shares: { control: 0.7, red: 0.3 },
        moved: 0,
        observed: { control: 70, red: 30 },
        expected: { control: 70, red: 30 },
        unkept: 0,
      },
      {
        from: '2026-11-03T00:00:00.000Z',
        since: null,
        changed: ['variants'],
        units: 100,
        shares: { control: 0.3, red: 0.7 },
        moved: 0,
        observed: { control: 30, red: 70 },
        expected: { control: 30, red: 70 },
        unkept: 0,
      },
    ])
  })

  test('where two phases begin on one day, the times tell them apart', async () => {
    const later = configs.map((one, i) => ({ ...one, at: at + (i + 9) * 3_600_000 + 123 }))
    const onOneDay = {
      ...edited,
      configs: later,
      exposures: edited.exposures.map((row) => ({ ...row, at: at + 11 * 3_600_000 })),
    }
    const { out } = await report(onOneDay)
    expect(out).toContain('from 2026-11-01T09:00Z: 100 first seen')
    expect(out).toContain('from 2026-11-01T10:00Z: 100 first seen')
    const { phases } = JSON.parse((await report(onOneDay, '--json')).out)
    expect(phases.map((phase: { since: string }) => phase.since)).toEqual([
      '2026-11-01T09:00:00.123Z',
      '2026-11-01T10:00:00.123Z',
    ])
  })

  test('--window counts what was done within it', async () => {
    const { out } = await report(edited, '--window', '2d', '--json')
    const printed = JSON.parse(out)
    expect(printed.window).toBe('2d')
    expect(printed.conversions[0].variants).toMatchObject([
      { variant: 'control', units: 100, converted: 1 },
      { variant: 'red', units: 100, converted: 0 },
    ])
    expect(await report(edited, '--window', 'week')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--window is "week"; write a length of time such as 7d'),
    })
  })

  test('--stitch makes one unit of a visitor who signs in', async () => {
    const exposures = [
      exposureRow('l1', 'red', { at, loid: 'l1', user: null }),
      exposureRow('u1', 'red', { at: at + DAY, loid: 'l1', user: 'u1' }),
    ]
    const unitsOf = async (...more: string[]): Promise<unknown> =>
      JSON.parse((await report({ exposures }, '--json', ...more)).out).variants.map(
        (one: { units: number }) => one.units,
      )
    expect(await unitsOf()).toEqual([0, 0, 2])
    expect(await unitsOf('--stitch')).toEqual([0, 0, 1])
  })

  test('--stitch makes one unit of a user with several devices, and finds what they saw on each', async () => {
    const variants = ['control', 'red']
    const exposures = Array.from({ length: 60 }, (_, i) => {
      const user = `u${i}`
      const devices = [`phone-${i}`, `laptop-${i}`]
      const [own = '', other = ''] = i % 2 === 0 ? variants : variants.toReversed()
      // On the second device a third of them saw the other variant.
      const seenOn = [own, i % 3 === 0 ? other : own]
      return devices.flatMap((loid, k) => [
        exposureRow(loid, seenOn[k] ?? '', { at: at + k * DAY, loid, user: null }),
        exposureRow(user, own, { at: at + k * DAY + 1000, loid, user }),
      ])
    }).flat()
    const batch = { exposures }
    const { code, out } = await report(batch, '--stitch')
    // They crossed by signing in, on a device of another draw, and by no fault of the split.
    expect(code).toBe(0)
    expect(out).toMatch(/^ +control +30 /m)
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Signed in: 20 of 60 units (33.33 %) saw another')
    const json = JSON.parse((await report(batch, '--stitch', '--json')).out)
    expect(json.variants.map((one: { units: number; crossed: number }) => one)).toMatchObject([
      { variant: 'control', units: 30, crossed: 10 },
      { variant: 'later', units: 0, crossed: 0 },
      { variant: 'red', units: 30, crossed: 10 },
    ])
    const apart = JSON.parse((await report(batch, '--json')).out)
    expect(apart.quality).toMatchObject({ unstitched: 120, crossedUnstitched: 20 })
  })
})

test('metrics of the live config need no option: their roles, their window and their guardrails', async () => {
  const withMetrics = write(
    'metrics.yaml',
    block(`
    metrics:
      - { name: errors, event: error, direction: down, role: guardrail, margin: 5% }
      - { name: buyers, event: purchase, role: primary, window: 1h }
    feature_button:
      experiment:
        experiment_id: exp
        loggedin: true
        variants: [{ name: control, weight: 50 }, { name: red, weight: 50 }]
  `),
  )
  const units = Array.from({ length: 4000 }, (_, i) => `u${i}`)
  const variant = (i: number) => (i % 2 === 0 ? 'control' : 'red')
  const done = (name: string, minutes: number, which: (i: number) => boolean) =>
    units
      .filter((_, i) => which(i))
      .map((unit) => ({ ...conversionRow(unit, null, { at: at + minutes * 60_000 }), name }))
  const store = await recorded({
    exposures: units.map((unit, i) => exposureRow(unit, variant(i), { at })),
    conversions: [
      ...done('purchase', 30, (i) => i % 10 < 3),
      ...done('purchase', 90, (i) => i % 10 > 6),
      ...done('error', 5, (i) => i % 2 === 1 || i % 20 === 0),
    ],
  })
  const asked = ['experiment', withMetrics, 'button', '--store', store]
  const { code, out } = await liveflag(asked)
  expect(code).toBe(1)
  expect(out).toContain('buyers (purchase), primary, within 1h  intervals of 95 %')
  expect(out).toMatch(/control +2,000 +800 +40\.00 %/)
  expect(out).toContain('errors (error), guardrail, lower is better')
  expect(out).toContain(
    'Guardrail: red IS WORSE than the margin allows (5.0 %): +900.0 % (+717.9 % … +1156.2 %), every look.',
  )
  expect(out).toMatch(/\nThis ends with exit code 1: errors is worse than its margin in red\.\n$/)
  const longer = await liveflag([...asked, '--window', '2h'])
  expect(longer.out).toContain('buyers (purchase), primary, within 2h  intervals of 95 %')
  expect(longer.out).toContain('errors (error), guardrail, lower is better, within 2h')
  expect(longer.out).toMatch(/control +2,000 +1,200 +60\.00 %/)
  const printed = JSON.parse((await liveflag([...asked, '--json'])).out)
  expect([
    printed.window,
    printed.conversions.map((one: { windowMs: unknown }) => one.windowMs),
  ]).toEqual([null, [3_600_000, null]])
  const misspelt = await liveflag([...asked, '--conversion', 'buyer'])
  expect(misspelt).toMatchObject({ code: 2, err: expect.stringContaining('did you mean buyers?') })
})

test.each([
  ['a metric of which nothing was recorded yet', 'signin', '', 0],
  ['one whose name is nearly a recorded one', 'purchse', ' (did you mean purchase?)', 1],
])('%s has no figures and takes none from the others: %s', async (_, event, meant, code) => {
  const file = write(
    `unrecorded-${event}.yaml`,
    block(`
      metrics:
        - { name: buyers, event: purchase, role: primary }
        - { name: signups, event: ${event} }
      feature_button:
        experiment:
          experiment_id: exp
          loggedin: true
          variants: [{ name: control, weight: 50 }, { name: red, weight: 50 }]
    `),
  )
  const store = await recorded({
    exposures: Array.from({ length: 200 }, (_, i) =>
      exposureRow(`u${i}`, i % 2 === 0 ? 'control' : 'red', { at }),
    ),
    conversions: [conversionRow('u1', null, { at: at + 1 })],
  })
  const asked = ['experiment', file, 'button', '--store', store]
  const all = await liveflag(asked)
  expect(all.code).toBe(code)
  expect(all.out).toContain(
    `Data quality:\n  NOT RECORDED: no event ${event} was recorded yet${meant}, so signups has no figures`,
  )
  expect(all.out).toContain(
    `signups (${event})\n\nNo figures: no event ${event} was recorded yet${meant}.\n`,
  )
  expect(all.out).toContain('buyers (purchase), primary  intervals of 95 %')
  expect(all.out).toMatch(/red +100 +1 +1\.00 %/)
  const named = await liveflag([...asked, '--conversion', 'signups', '--json'])
  expect(named.code).toBe(code)
  expect(JSON.parse(named.out).conversions).toMatchObject([
    { unrecorded: { event }, variants: [{ rate: null }, { rate: null }] },
  ])
  expect((await liveflag([...asked, '--conversion', 'signup'])).code).toBe(2)
})

test('a holdout is reported as those who are held out and the rest', async () => {
  const held = write(
    'held.yaml',
    'holdouts: {h: {percent: 50}}\nfeature_x: {holdouts: [h], loggedin: true}\n',
  )
  const also = { experiment: 'holdout:h', at, feature: 'x' }
  const file = await recorded({
    exposures: Array.from({ length: 120 }, (_, i) =>
      exposureRow(`u${i}`, i % 2 === 0 ? 'held_out' : 'rest', also),
    ),
  })
  const { code, out } = await liveflag(['experiment', held, 'holdout:h', '--store', file])
  expect(code).toBe(0)
  expect(out).toContain('held_out     60  50.00 %   50.00 %')
  expect(out).toContain('rest         60  50.00 %   50.00 %')
})
