/** Which features are stale, by what is known of them. */
import {
  type ConfiguredFeature,
  type RecordedFeature,
  staleFeatures,
  type StaleFacts,
} from '../../../src/cli/staleness/stale-features'
import type { Usage } from '../../../src/codemod/usage'

const DAY = 86_400_000
const NOW = Date.UTC(2027, 0, 31)

const feature = (also: Partial<ConfiguredFeature> = {}): ConfiguredFeature => ({
  name: 'cart',
  expires: undefined,
  isPermanent: false,
  constant: undefined,
  ...also,
})

const usage = (name: string | null, also: Partial<Usage> = {}): Usage => ({
  feature: name,
  file: 'src/a.ts',
  line: 3,
  column: 5,
  method: 'isEnabled',
  variants: [],
  inTest: false,
  ...also,
})

const recorded = (also: Partial<RecordedFeature> = {}): RecordedFeature => ({
  feature: 'cart',
  asked: 7,
  values: 1,
  value: true,
  lastAt: NOW,
  ...also,
})

/** `kind: text` of each reason, and the next step. */
const told = (facts: Partial<StaleFacts>): string[] =>
  staleFeatures({
    now: NOW,
    days: 30,
    usages: [usage('cart')],
    features: [],
    paths: 'live.yaml src',
    ...facts,
  }).flatMap(({ feature: name, reasons, next }) => [
    ...reasons.map(({ kind, text }) => `${name} ${kind}: ${text}`),
    next,
  ])

const on = (since: number | undefined, as = 'on', value?: string): ConfiguredFeature =>
  feature({ constant: { as, value, since } })

const OLD = { since: NOW - 90 * DAY }

test.each<[string, Partial<StaleFacts>, string[]]>([
  ['one that is asked and depends on who asks', { features: [feature()] }, []],
  [
    'on for long',
    { features: [on(NOW - 30 * DAY)] },
    [
      'cart always-on: on for everybody for 30 days, since 2027-01-01',
      'liveflag remove cart live.yaml src --as on',
    ],
  ],
  ['on for a day less', { features: [on(NOW - 30 * DAY + 1)] }, []],
  ['on, and no history says for how long', { features: [on(undefined)] }, []],
  [
    'off for long',
    { features: [on(NOW - 31 * DAY, 'off')], days: 31 },
    [
      'cart always-off: off for 31 days, since 2026-12-31',
      'liveflag remove cart live.yaml src --as off',
    ],
  ],
  [
    'one variant for everybody',
    { features: [on(NOW - 40 * DAY, 'blue', 'blue')] },
    [
      'cart always-on: "blue" for everybody for 40 days, since 2026-12-22',
      'liveflag remove cart live.yaml src --as blue',
    ],
  ],
  ['one that is meant to stay', { features: [{ ...on(NOW - 90 * DAY), isPermanent: true }] }, []],
  [
    'one that no code asks for, though it is meant to stay',
    { features: [feature({ isPermanent: true })], usages: [] },
    ['cart not-in-code: no code asks for it', 'liveflag remove cart live.yaml src --as off'],
  ],
  [
    'one that only tests ask for',
    { features: [feature()], usages: [usage('cart', { inTest: true })] },
    ['cart not-in-code: only tests ask for it', 'liveflag remove cart live.yaml src --as off'],
  ],
  [
    'one that a name may mean which only running the code tells',
    { features: [feature()], usages: [usage(null)] },
    [
      'cart not-in-code: no code asks for it, but 1 place may, by a name that is known only when the code runs',
      'see what src/a.ts:3:5 asks for; then liveflag remove cart live.yaml src --as off',
    ],
  ],
  [
    'a name that the live config lacks, near to one that it has',
    { features: [feature()], usages: [usage('cart'), usage('carts'), usage('carts', { line: 9 })] },
    [
      'carts not-in-file: asked at src/a.ts:3:5 and 1 place more, and not in the live config, so it is off',
      'write "cart" at src/a.ts:3:5, if that is meant; else liveflag remove carts live.yaml src --as off',
    ],
  ],
  [
    'a name that the live config lacks',
    { usages: [usage('search')] },
    [
      'search not-in-file: asked at src/a.ts:3:5, and not in the live config, so it is off',
      'liveflag remove search live.yaml src --as off',
    ],
  ],
  [
    'a name that only tests ask for, and that is nowhere',
    { usages: [usage('x', { inTest: true })] },
    [],
  ],
  [
    'past its expires',
    { features: [feature({ expires: '2027-01-30' })] },
    [
      'cart expired: past its expires, 2027-01-30',
      'decide what everybody gets, then liveflag remove cart live.yaml src --as on|off; or give it a later expires',
    ],
  ],
  ['on the day that it expires', { features: [feature({ expires: '2027-01-31' })] }, []],
  [
    'the same answer to all who asked',
    {
      features: [feature()],
      records: { ...OLD, ever: [recorded()], lately: [recorded({ value: false })] },
    },
    [
      'cart same-answer: asked 7 times in 30 days, and always false',
      'see whether all kinds of visitors came; then liveflag remove cart live.yaml src --as off',
    ],
  ],
  [
    'several answers',
    { features: [feature()], records: { ...OLD, ever: [], lately: [recorded({ values: 2 })] } },
    [],
  ],
  [
    'not asked lately',
    {
      features: [feature()],
      records: { ...OLD, ever: [recorded({ lastAt: NOW - 45 * DAY })], lately: [] },
    },
    [
      'cart not-asked: not asked for 45 days, since 2026-12-17',
      'see whether the code that asks still runs; then liveflag remove cart live.yaml src --as off',
    ],
  ],
  [
    'never asked',
    { features: [feature()], records: { ...OLD, ever: [], lately: [] } },
    [
      'cart not-asked: never asked since records are kept, 2026-11-02',
      'see whether the code that asks still runs; then liveflag remove cart live.yaml src --as off',
    ],
  ],
  [
    'records that are too young to say',
    { features: [feature()], records: { since: NOW - 29 * DAY, ever: [], lately: [recorded()] } },
    [],
  ],
])('%s', (_, facts, expected) => {
  expect(told(facts)).toEqual(expected)
})
