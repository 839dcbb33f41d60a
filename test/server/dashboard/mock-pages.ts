import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  ExperimentView,
  ExplainAnswer,
  ExplainRequest,
  FeatureDetail,
  Now,
  ProblemView,
  Shares,
} from '../../../src/server/admin/contract'
import type {
  AuditLog,
  AuditRow,
  Preview,
  Proposal,
} from '../../../src/server/admin/edits/contract'
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

const rate = (value: number) => ({ value, interval: [value - 0.012, value + 0.012] as const })

/** Of an experiment with so many units in each of its three variants. */
export function experimentOf(
  units: readonly [control: number, friendly: number, playful: number],
  verdict: ExperimentView['report']['sampleRatio']['verdict'],
): ExperimentView {
  const names = ['control', 'friendly', 'playful']
  const total = units[0] + units[1] + units[2]
  const days = Array.from({ length: 14 }, (_, i) => NOW - (14 - i) * DAY)
  const daily = (all: number) => days.map((_, i) => Math.round((all / 14) * (1 + Math.sin(i) / 4)))
  const variants = names.map((variant, i) => ({
    variant,
    units: units[i] ?? 0,
    crossed: i === 1 ? 3 : 0,
    share: (units[i] ?? 0) / total,
    expectedShare: 1 / 3,
  }))
  return {
    report: {
      feature: 'welcome_banner',
      experiment: '4711',
      status: 'running',
      by: 'unit',
      from: null,
      to: null,
      control: 'control',
      controls: ['control'],
      variants,
      sampleRatio: {
        verdict,
        chiSquare: verdict === 'mismatch' ? 61.3 : 1.12,
        degreesOfFreedom: 2,
        p: verdict === 'mismatch' ? 1e-9 : 0.571,
      },
      leaks: [{ variant: 'old_blue', units: 4, why: 'not-configured' }],
      days: [],
      decisions: {},
      conversions: [
        {
          name: 'purchase',
          variants: names.map((variant, i) => ({
            variant,
            units: units[i] ?? 0,
            converted: Math.round((units[i] ?? 0) * (0.11 + i * 0.011)),
            conversions: 0,
            rate: rate(0.11 + i * 0.011),
            difference:
              i === 0
                ? null
                : { ...rate(i * 0.011), sequential: [i * 0.011 - 0.02, i * 0.011 + 0.02] },
            lift: null,
            value: null,
          })),
        },
      ],
      gaps: { nothing: null, unjoined: [], kinds: ['user'], ahead: 0 },
    } as unknown as ExperimentView['report'],
    isSound: verdict !== 'mismatch',
    warnings: verdict === 'mismatch' ? ['the split is broken'] : [],
    exposures: {
      starts: days,
      stepMs: DAY,
      counts: Object.fromEntries(names.map((name, i) => [name, daily(units[i] ?? 0)])),
    },
    by: 'unit',
    conversions: ['purchase'],
  }
}

const schema: unknown = JSON.parse(
  readFileSync(join(__dirname, '../../../config/live-config.schema.json'), 'utf8'),
)

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
  'GET experiments': () => ({
    json: {
      experiments: [
        {
          id: '4711',
          feature: 'welcome_banner',
          status: 'running',
          variants: [{ variant: 'friendly', share: 1 / 3 }],
          units: 6120,
        },
      ],
    },
  }),
  'GET experiments/4711': () => ({ json: experimentOf([2051, 2010, 2059], 'no-mismatch') }),
}
