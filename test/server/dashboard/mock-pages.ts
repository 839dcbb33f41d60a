import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  ExperimentView,
  ExplainAnswer,
  ExplainRequest,
  FeatureDetail,
  Now,
  PlanView,
  ProblemView,
  Shares,
} from '../../../src/server/admin/contract'
import type { HoldoutView } from '../../../src/server/admin/holdouts/contract'
import type { GatesView } from '../../../src/server/admin/gates/contract'
import type {
  AuditLog,
  AuditRow,
  Preview,
  Proposal,
} from '../../../src/server/admin/edits/contract'
import type {
  Comparison,
  Fleet,
  Generation,
  Generations,
  ProcessView,
} from '../../../src/server/admin/fleet/contract'
import type { Routes } from './mock-api'
import { ROWS, rowOf } from './mock-rows'

const NOW = Date.now()
const MINUTE = 60_000
const DAY = 86_400_000
const SOURCE = 'config/live.yaml'

export const TEXT = `# The new search, on its way to everyone.
feature_search_v2:
  gold: true
  users: [gary, wendy_the_tester]
  percent_loggedin: 25   # half of the target
  description: The new search, on its way to everyone.
  owner: search
`

const minutes = Array.from({ length: 30 }, (_, i) => NOW - (30 - i) * MINUTE)
const counts = (height: number) => minutes.map((_, i) => Math.round(height + 40 * Math.sin(i / 4)))

export const DETAIL: FeatureDetail = {
  row: ROWS.find(({ name }) => name === 'search_v2') ?? rowOf('search_v2'),
  text: TEXT,
  place: { source: SOURCE, line: 37, column: 1, hash: 'h1' },
  value: {
    gold: true,
    users: ['gary', 'wendy_the_tester'],
    percent_loggedin: 25,
    description: 'The new search, on its way to everyone.',
    owner: 'search',
  },
  selectors: [
    { selector: 'gold', words: 'visitors with gold', line: 39 },
    { selector: 'users', words: 'gary and wendy_the_tester', line: 40 },
    { selector: 'percent_loggedin', words: '25 % of signed-in visitors', line: 41 },
  ],
  metadata: {},
  problems: [],
  variants: [],
  experiments: [],
  holdouts: [{ name: 'search_2027', percent: 5 }],
  evaluations: { starts: minutes, stepMs: MINUTE, counts: { off: counts(300), on: counts(120) } },
  references: [{ file: 'src/search.ts', line: 12, text: "if (features.isEnabled('search_v2'))" }],
}

const step = (selector: string, line: number, text: string) => ({
  selector,
  path: selector,
  line,
  text,
  outcome: 'passed on' as const,
  asked: [],
  draw: null,
  steps: [],
})

export function explained({ world }: ExplainRequest): ExplainAnswer {
  const isListed = world.user?.name === 'gary'
  const draw = {
    unit: world.user?.id ?? '',
    bucket: 417,
    test: 'bucket < 250 of 1000',
    passed: false,
  }
  const users = step('users', 40, 'users: [gary, wendy_the_tester]')
  const percent = step('percent_loggedin', 41, 'percent_loggedin: 25')
  return {
    decision: {
      feature: 'search_v2',
      enabled: isListed,
      reason: isListed ? 'TARGETING_MATCH' : 'DEFAULT',
      generation: 7,
    },
    steps: [
      { ...step('gold', 39, 'gold: true'), asked: [{ question: 'hasGold', answer: false }] },
      isListed ? { ...users, outcome: 'claimed' } : users,
      isListed ? { ...percent, outcome: 'not reached' } : { ...percent, draw },
    ],
    decidedAt: isListed ? 40 : null,
    source: SOURCE,
    words: isListed ? 'gary has it: users lists them.' : 'No selector knows this visitor.',
  }
}

const SHARES: Shares = {
  population: { name: 'simulated', size: 1000 },
  report: {
    feature: 'search_v2',
    users: 1000,
    enabled: 334,
    outcomes: [
      { outcome: 'default', users: 666, share: 0.666 },
      { outcome: 'percent_loggedin', users: 204, share: 0.204 },
      { outcome: 'gold', users: 128, share: 0.128 },
      { outcome: 'users', users: 2, share: 0.002 },
    ],
    experiments: [],
    values: [],
  },
}

export const DIFF = `--- ${SOURCE}
+++ ${SOURCE}
@@ -39,3 +39,3 @@
   users: [gary, wendy_the_tester]
-  percent_loggedin: 25   # half of the target
+  percent_loggedin: 50   # half of the target
   description: The new search, on its way to everyone.
`

export const EDIT: AuditRow = {
  id: 12,
  at: NOW - DAY / 2,
  by: 'gary',
  reason: 'Half of the target; SEARCH-118',
  kind: 'approved',
  source: SOURCE,
  entries: [{ feature: 'search_v2', before: TEXT, after: TEXT }],
  diff: DIFF.replaceAll('25', '10').replaceAll('50', '25'),
  hashBefore: 'h0',
  hashAfter: 'h1',
  rollsBack: null,
  rolledBackBy: null,
  proposal: 2,
  approvedBy: 'ada',
}

const OUTSIDE: AuditRow = {
  ...EDIT,
  id: 11,
  at: NOW - 3 * DAY,
  by: null,
  reason: null,
  kind: 'outside',
  entries: [],
  proposal: null,
  approvedBy: null,
}
export const LOG: AuditLog = { edits: [EDIT, OUTSIDE], hasMore: false }

export const PREVIEW: Preview = {
  source: SOURCE,
  hash: 'h1',
  diff: DIFF,
  text: TEXT,
  entries: [{ feature: 'search_v2', before: TEXT, after: TEXT.replace('25', '50') }],
  problems: [],
  isRefused: false,
  population: { name: 'simulated', size: 1000 },
  impact: {
    isNobody: false,
    more: 0,
    features: [
      {
        feature: 'search_v2',
        classes: [
          {
            visitors: 'signed in',
            matrix: {
              size: 1,
              changed: 0.25,
              answers: ['off', 'on'],
              isOn: [false, true],
              cells: [
                [0.5, 0.25],
                [0, 0.25],
              ],
            },
          },
        ],
        whyNot: null,
        later: [],
        population: {
          size: 1000,
          changed: 203,
          answers: ['off', 'on'],
          isOn: [false, true],
          cells: [
            [463, 203],
            [0, 334],
          ],
        },
        examples: [
          { unit: 't2_4k2', from: 'off', to: 'on' },
          { unit: 't2_9xa', from: 'off', to: 'on' },
        ],
      },
    ],
  },
  conflict: null,
  needsApproval: false,
  canStage: false,
}

export const PROBLEM: ProblemView = {
  code: 'out-of-range',
  severity: 'error',
  message: 'percent_loggedin is 250; write a number from 0 to 100',
  feature: 'checkout_v3',
  source: SOURCE,
  line: 61,
  column: 21,
  since: NOW - 29 * MINUTE,
  excerpt: [
    { line: 60, text: 'feature_checkout_v3:', isIt: false },
    { line: 61, text: '  percent_loggedin: 250', isIt: true },
    { line: 62, text: '  owner: payments', isIt: false },
  ],
}

export const PROPOSAL: Proposal = {
  id: 3,
  at: NOW - 20 * MINUTE,
  by: 'wendy',
  reason: 'To half of everybody',
  state: 'open',
  source: SOURCE,
  features: ['search_v2'],
  diff: DIFF,
  reviewedBy: null,
  reviewedAt: null,
  comment: null,
  edit: null,
}

export const NOW_READY: Now = {
  status: 'READY',
  staleSince: null,
  generation: 7,
  hash: 'b2c4',
  loadedAt: NOW - 29 * MINUTE,
  ageMs: 4000,
  at: NOW,
  features: 38,
  sources: [
    {
      name: SOURCE,
      title: SOURCE,
      status: 'READY',
      since: NOW - DAY,
      ageMs: 4000,
      generation: 7,
      problems: 1,
    },
  ],
  problems: [PROBLEM],
  heldBack: ['checkout_v3'],
  rejected: [],
  timeline: [
    { kind: 'problem', at: NOW - 29 * MINUTE, text: PROBLEM.message, feature: 'checkout_v3' },
    {
      kind: 'change',
      at: NOW - DAY / 2,
      generation: 6,
      added: [],
      changed: ['search_v2'],
      removed: [],
      edits: [{ feature: 'search_v2', path: 'percent_loggedin', from: 10, to: 25 }],
      by: 'gary',
      reason: 'Half of the target; SEARCH-118',
    },
    { kind: 'ready', at: NOW - DAY, text: 'config/live.yaml was read', feature: null },
  ],
}

const figure = (value: number, reach = 0.012) => ({
  value,
  interval: [value - reach, value + reach] as const,
  sequential: [value - 2 * reach, value + 2 * reach] as const,
})
const effect = (value: number, reach: number) => ({
  ...figure(value, reach),
  p: 0.03,
  sequentialP: 0.4,
})

type Conversions = ExperimentView['report']['conversions']
type Metric = NonNullable<Conversions[number]['metric']>

/** A metric of which the variants have these lifts, the control first. */
const metricOf = (
  also: Partial<Metric>,
  units: readonly number[],
  lifts: readonly number[],
): Conversions[number] => {
  const metric: Metric = {
    ...{ name: 'purchase', event: 'purchase', type: 'rate', direction: 'up' },
    ...{ windowMs: null, role: 'primary', margin: 0 },
    ...also,
  } as const
  const control = lifts.findIndex((lift) => Number.isNaN(lift))
  return {
    name: metric.event,
    metric,
    windowMs: metric.windowMs,
    unrecorded: null,
    guardrails:
      metric.role === 'guardrail'
        ? VARIANTS.filter((_, i) => i !== control).map((variant) => ({
            ...{ variant, verdict: 'fail', bounds: null, reason: null },
          }))
        : [],
    ...{ unitsForMean: null, skewness: null, isSkewed: false, winsorized: null, cuped: null },
    controlCheck: null,
    variants: VARIANTS.map((variant, i) => ({
      variant,
      units: units[i] ?? 0,
      converted: Math.round((units[i] ?? 0) * 0.11),
      conversions: 0,
      rate: figure(0.11),
      difference: i === control ? null : effect((lifts[i] ?? 0) / 9, 0.012),
      lift: i === control ? null : effect(lifts[i] ?? 0, 0.08),
      strata: null,
      adjustedP: i === control ? null : 0.06,
      value: null,
    })),
  }
}

const VARIANTS = ['control', 'friendly', 'playful']

/** Of an experiment with so many units in each of its three variants. */
export function experimentOf(
  units: readonly [control: number, friendly: number, playful: number],
  verdict: ExperimentView['report']['sampleRatio']['verdict'],
): ExperimentView {
  const total = units[0] + units[1] + units[2]
  const days = Array.from({ length: 14 }, (_, i) => Math.floor(NOW / DAY) * DAY - (14 - i) * DAY)
  const daily = (all: number) => days.map((_, i) => Math.round((all / 14) * (1 + Math.sin(i) / 4)))
  const isBroken = verdict === 'mismatch'
  const counts = Object.fromEntries(VARIANTS.map((name, i) => [name, units[i] ?? 0]))
  const phase = (from: number, changed: readonly string[], shares: readonly number[]) => ({
    from,
    since: null,
    changed,
    units: total / 2,
    moved: changed.length === 0 ? 412 : 0,
    shares: Object.fromEntries(VARIANTS.map((name, i) => [name, shares[i] ?? 0])),
    observed: counts,
    expected: counts,
    unkept: 0,
  })
  const report: ExperimentView['report'] = {
    feature: 'welcome_banner',
    experiment: '4711',
    status: 'running',
    by: 'unit',
    stitched: false,
    from: null,
    to: null,
    windowMs: null,
    control: 'control',
    controls: ['control'],
    variants: VARIANTS.map((variant, i) => ({
      variant,
      units: units[i] ?? 0,
      tested: units[i] ?? 0,
      estimated: (units[i] ?? 0) - (i === 1 ? 415 : 0),
      crossed: i === 1 ? 3 : 0,
      moved: i === 1 ? 412 : 0,
      share: (units[i] ?? 0) / total,
      testedShare: (units[i] ?? 0) / total,
      expectedShare: 1 / 3,
    })),
    sampleRatio: {
      verdict,
      chiSquare: isBroken ? 61.3 : 1.12,
      degreesOfFreedom: 2,
      p: isBroken ? 1e-9 : 0.571,
      sequentialP: isBroken ? 1e-7 : 1,
      isOfAllLooks: true,
    },
    phases: [
      phase(days[0] ?? 0, [], [0.5, 0.25, 0.25]),
      phase(days[7] ?? 0, ['variants', 'traffic'], [1 / 3, 1 / 3, 1 / 3]),
    ],
    littleLeft: [],
    alone: [],
    leaks: [{ variant: 'old_blue', units: 4, why: 'not-configured' }],
    drops: [],
    quality: {
      ...{ isRed: false, dropped: 0, orphans: 0, earlier: 12, ahead: 0, crossed: 0.0005 },
      ...{ moved: 0.012, crossedOfStaying: 0.0005 },
      ...{ leftOut: 0, unstitched: 0, crossedUnstitched: 0, unknown: 0 },
    },
    days: days.map((at, i) => ({
      day: new Date(at).toISOString().slice(0, 10),
      units: Object.fromEntries(VARIANTS.map((name, k) => [name, daily(units[k] ?? 0)[i] ?? 0])),
    })),
    decisions: {},
    conversions: [
      metricOf({}, units, [NaN, 0.21, 0.02]),
      metricOf(
        { name: 'errors', event: 'error', direction: 'down', role: 'guardrail', margin: 0.05 },
        units,
        [NaN, 0.4, 0.3],
      ),
    ],
    looks: { total: 9, days: 4, isKept: true, why: null },
    segments: [
      {
        attribute: 'country',
        values: [
          { value: 'NZ', units: 3000, conversions: [metricOf({}, units, [NaN, 0.3, 0.1])] },
          { value: null, units: 900, conversions: [metricOf({}, units, [NaN, 0.1, 0])] },
        ],
        others: 12,
      },
    ],
    gaps: { nothing: null, unjoined: [], kinds: ['user'], ahead: 0 },
  }
  return {
    report,
    isSound: !isBroken,
    checks: [
      { name: 'lost', count: isBroken ? 7 : 0, level: isBroken ? 'red' : 'good' },
      { name: 'earlier', count: 12, level: 'note' },
    ],
    warnings: isBroken ? ['the split is broken'] : [],
    mismatch: isBroken
      ? 'playful has 1,400 where 2,000 were expected in the phase from 2026-11-08'
      : null,
    exposures: {
      starts: days,
      stepMs: DAY,
      counts: Object.fromEntries(VARIANTS.map((name, i) => [name, daily(units[i] ?? 0)])),
    },
    by: 'unit',
    conversions: ['purchase', 'errors'],
    holdout: null,
    gatedFeature: 'welcome_banner',
  }
}

export const HOLDOUT: HoldoutView = {
  name: 'search_2027',
  percent: 5,
  domains: ['search'],
  features: ['search_v2', ...Array.from({ length: 7 }, (_, i) => `ranking_${i}`)],
}

/** A holdout, as it is reported. */
function reportedHoldout(): ExperimentView {
  const view = experimentOf([2051, 2010, 2059], 'no-mismatch')
  const id = `holdout:${HOLDOUT.name}`
  const report = { ...view.report, feature: id, experiment: id, status: null }
  return { ...view, report, holdout: HOLDOUT, gatedFeature: null }
}

/** Of a ramp that is held at 25 %, after a failure and a resume. */
export const GATES: GatesView = {
  feature: 'welcome_banner',
  percent: 25,
  words: '25 % now, since 2026-12-04T10:00Z held at 25 % until errors and latency pass',
  held: 'waits',
  gates: ['errors', 'latency'],
  verdict: {
    at: NOW - 4 * MINUTE,
    outcome: 'inconclusive',
    reason: 'latency of playful +2.1 % (−9.0 % … +14.8 %), may become 10 % worse',
    gates: [
      {
        ...{ metric: 'errors', variant: 'friendly', outcome: 'pass', margin: 0.05 },
        ...{ figures: '−9.1 % (−17.4 % … −0.8 %)', direction: 'down' },
      },
      {
        ...{ metric: 'latency', variant: 'playful', outcome: 'inconclusive', margin: 0.1 },
        ...{ figures: '+2.1 % (−9.0 % … +14.8 %)', direction: 'down' },
      },
      {
        ...{ metric: 'orders', variant: 'playful', outcome: 'inconclusive', margin: 0.02 },
        ...{ figures: null, direction: 'up' },
      },
    ],
  },
  edits: [
    { at: NOW - DAY, outcome: 'resume', percent: 0, to: 0, reason: 'the timeout was ours' },
    {
      ...{ at: NOW - 2 * DAY, outcome: 'fail', percent: 31.25, to: 0 },
      reason: 'latency of playful +31.0 % (+20.2 % … +41.8 %), may become 10 % worse',
    },
    {
      ...{ at: NOW - 4 * DAY, outcome: 'pass', percent: 5, to: 0 },
      reason: 'errors of friendly −9.1 % (−17.4 % … −0.8 %), may become 5 % worse',
    },
  ],
  job: { everyMs: 300_000, into: 'config/gates.yaml' },
}

const figuresOf = (units: number, days: number) => ({
  power: null,
  detectableEffect: null,
  units,
  daysToCome: days,
  days,
})

export const PLAN: PlanView = {
  plan: {
    shares: [1 / 3, 1 / 3, 1 / 3],
    metric: { rate: 0.11 },
    power: 0.8,
    windowMs: null,
    once: figuresOf(11_000, 25),
    often: { ...figuresOf(38_000, 87), powerAtEnd: null },
  },
  unitsPerDay: 437,
  isObserved: true,
  curve: Array.from({ length: 40 }, (_, i) => ({
    day: i + 1,
    units: 437 * (i + 1),
    once: 0.4 / Math.sqrt(i + 1),
    often: 0.8 / Math.sqrt(i + 1),
  })),
  variants: VARIANTS,
  conversions: ['purchase', 'errors'],
  recorded: ['4711', 'older'],
  note: null,
}

const schema: unknown = JSON.parse(
  readFileSync(join(__dirname, '../../../config/live-config.schema.json'), 'utf8'),
)

const REDIS = 'redis://cache.internal:6379/0?key=live'
const TITLE = 'Redis live at cache.internal:6379'
const generation = (number: number, also: Partial<Generation> = {}): Generation => ({
  ...{ generation: number, kind: 'publish', state: 'replaced', hash: `h${number}`, bytes: 4096 },
  ...{ basedOn: number - 1 || null, by: 'ada', reason: `Step ${number}`, at: NOW - DAY },
  ...also,
})
const TAKEN_BACK = {
  ...{ generation: 12, hash: 'h12', by: 'wendy', at: NOW - DAY / 4 },
  reason: 'web-17: it is not healthy: 5xx above 2 %',
  hosts: [{ host: 'web-17', problem: 'it is not healthy: 5xx above 2 %' }],
}

export const GENERATIONS: Generations = {
  ...{ source: REDIS, title: TITLE, hasMore: true, isOutside: false, isEmpty: false, current: 13 },
  stores: [{ source: REDIS, title: TITLE }],
  generations: [
    generation(14, { kind: 'staged', state: 'staged', by: 'gary', reason: 'Half; SEARCH-118' }),
    generation(13, { kind: 'rollback', state: 'in force', of: 10, reason: 'Sales fall' }),
    generation(12, { kind: 'staged', state: 'withdrawn', by: 'wendy', quarantined: TAKEN_BACK }),
    generation(11, { kind: 'outside', by: null, reason: null }),
    generation(10, { state: 'never published' }),
  ],
}

const PROCESS: ProcessView = {
  ...{
    host: 'web-01',
    process: 'p1',
    generation: 13,
    hash: 'h13',
    isStaged: false,
    isCurrent: true,
  },
  ...{ problems: [], health: { isHealthy: true }, silentMs: 12_000, isThere: true },
}

export const FLEET: Fleet = {
  ...{ source: REDIS, title: TITLE, generation: 13, hash: 'h13', stores: GENERATIONS.stores },
  staged: {
    ...{ generation: 14, by: 'gary', reason: 'Half; SEARCH-118', percent: 10 },
    ...{ stages: [1, 10, 100], asked: 3, confirmed: 2, isAbandoned: false },
  },
  processes: [
    PROCESS,
    { ...PROCESS, host: 'web-02', generation: 14, hash: 'h14', isStaged: true },
    { ...PROCESS, host: 'web-03', health: null, silentMs: 55_000 },
    { ...PROCESS, host: 'web-04', generation: 12, hash: 'h12', isCurrent: false },
    {
      ...{ ...PROCESS, host: 'web-05', generation: 14, hash: 'h14', isStaged: true },
      health: { isHealthy: false, message: '5xx at 3 %' },
      problems: [{ code: 'x', severity: 'error', message: 'checkout_v3: 250 is out of range' }],
    },
    {
      ...PROCESS,
      host: 'batch-9',
      generation: null,
      hash: 'a1b2c3d4e5',
      isThere: false,
      silentMs: DAY,
    },
  ],
  quarantined: [TAKEN_BACK],
}

export const COMPARISON: Comparison = {
  ...{ source: REDIS, title: TITLE, from: 13, to: 11, current: 13, inForce: 'h13' },
  ...{
    quarantined: null,
    diff: DIFF,
    entries: PREVIEW.entries,
    impact: PREVIEW.impact,
    population: PREVIEW.population,
  },
}

/** Every page has something to show. */
export const PAGES: Routes = {
  'GET schema': () => ({ json: schema }),
  'GET features/search_v2': () => ({ json: DETAIL }),
  'POST features/search_v2/explain': (body) => ({ json: explained(body as ExplainRequest) }),
  'GET features/search_v2/shares': () => ({ json: SHARES }),
  'GET worlds': () => ({
    json: {
      worlds: [
        {
          name: 'A visitor from NZ',
          world: { attributes: { country: 'NZ' } },
          savedBy: 'ada',
          at: NOW,
        },
      ],
    },
  }),
  'GET edits': () => ({ json: LOG }),
  'POST edits/preview': () => ({ json: PREVIEW }),
  'GET proposals': () => ({ json: { proposals: [PROPOSAL] } }),
  'GET proposals/3': () => ({ json: { proposal: PROPOSAL, preview: PREVIEW } }),
  'GET now': () => ({ json: NOW_READY }),
  'GET generations': () => ({ json: GENERATIONS }),
  'GET generations/compare': () => ({ json: COMPARISON }),
  'GET fleet': () => ({ json: FLEET }),
  'GET experiments': () => ({
    json: {
      experiments: [
        {
          id: '4711',
          feature: 'welcome_banner',
          status: 'running',
          variants: [{ variant: 'friendly', share: 1 / 3 }],
          units: 6120,
          holdout: null,
        },
        {
          ...{ id: 'holdout:search_2027', feature: 'holdout:search_2027', status: null },
          variants: [
            { variant: 'held_out', share: 0.05 },
            { variant: 'rest', share: 0.95 },
          ],
          units: 120_400,
          holdout: HOLDOUT,
        },
      ],
    },
  }),
  'GET experiments/4711': () => ({ json: experimentOf([2051, 2010, 2059], 'no-mismatch') }),
  'GET features/welcome_banner/gates': () => ({ json: GATES }),
  'GET features/search_v2/gates': () => ({ json: { ...GATES, feature: 'search_v2' } }),
  'GET experiments/holdout%3Asearch_2027': () => ({ json: reportedHoldout() }),
  'GET experiments/4711/plan': () => ({ json: PLAN }),
}
