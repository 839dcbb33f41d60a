import { ROLES } from '../roles'
import type { JsonSchema } from '../route'
import {
  ANY,
  COUNTS,
  FLAG,
  listOf,
  NUMBER,
  objectOf,
  orNull,
  refTo,
  SHARE,
  TEXT,
  TIME,
  WHOLE,
} from './schemas'

export const SERIES = objectOf({
  starts: listOf(TIME),
  stepMs: WHOLE,
  counts: { type: 'object', additionalProperties: listOf(WHOLE) },
})
export const POPULATION = objectOf(
  { name: { enum: ['simulated', 'recorded'] }, size: WHOLE, note: TEXT },
  ['note'],
)
const HELD_BACK = { name: TEXT, percent: NUMBER }
const HOLDOUT = objectOf({
  ...HELD_BACK,
  domains: orNull(listOf(TEXT)),
  features: listOf(TEXT),
})
const EXPERIMENT = objectOf({
  id: TEXT,
  feature: TEXT,
  status: orNull(TEXT),
  variants: listOf(objectOf({ variant: TEXT, share: orNull(SHARE) })),
  units: orNull(WHOLE),
  holdout: orNull(HOLDOUT),
})
const PROBLEM = objectOf(
  {
    code: TEXT,
    severity: { enum: ['error', 'warning'] },
    message: TEXT,
    feature: TEXT,
    source: TEXT,
    line: WHOLE,
    column: WHOLE,
    excerpt: listOf(objectOf({ line: WHOLE, text: TEXT, isIt: FLAG })),
  },
  ['feature', 'source', 'line', 'column'],
)
const STEP = objectOf({
  selector: TEXT,
  path: TEXT,
  line: WHOLE,
  text: TEXT,
  outcome: TEXT,
  asked: listOf(objectOf({ question: TEXT, answer: ANY })),
  draw: orNull({ type: 'object' }),
  steps: listOf({ type: 'object' }),
})
const WORLD = objectOf({ name: TEXT, world: { type: 'object' }, savedBy: TEXT, at: TIME })

export const HELD = orNull({ enum: ['waits', 'failed'] })

const ROW = objectOf({
  name: TEXT,
  owner: orNull(TEXT),
  tags: listOf(TEXT),
  description: orNull(TEXT),
  expires: orNull(TEXT),
  state: { enum: ['on', 'off', 'partial', 'experiment', 'broken'] },
  words: TEXT,
  share: orNull(SHARE),
  variants: orNull(COUNTS),
  lastEdit: orNull(objectOf({ at: TIME, by: orNull(TEXT), reason: orNull(TEXT) })),
  lastAskedAt: orNull(TIME),
  perMinute: listOf(WHOLE),
  stale: listOf(objectOf({ kind: TEXT, text: TEXT, nextStep: TEXT })),
  ramps: listOf(objectOf({ path: TEXT, words: TEXT, held: HELD, gates: listOf(TEXT) })),
  problems: WHOLE,
  errors: WHOLE,
  experiment: orNull(objectOf({ id: TEXT, status: orNull(TEXT) })),
  source: TEXT,
  canEdit: FLAG,
})

const DETAIL = objectOf({
  row: refTo('FeatureRow'),
  text: TEXT,
  place: objectOf({ source: TEXT, line: WHOLE, column: WHOLE, hash: TEXT }),
  value: ANY,
  selectors: listOf(objectOf({ selector: TEXT, words: TEXT, line: WHOLE })),
  metadata: { type: 'object' },
  problems: listOf(PROBLEM),
  variants: listOf(TEXT),
  experiments: listOf(EXPERIMENT),
  holdouts: listOf(objectOf(HELD_BACK)),
  evaluations: SERIES,
  references: orNull(listOf(objectOf({ file: TEXT, line: WHOLE, text: TEXT }))),
})

const NOW = objectOf({
  status: { enum: ['NOT_READY', 'READY', 'STALE', 'CLOSED'] },
  staleSince: orNull(TIME),
  generation: WHOLE,
  hash: TEXT,
  loadedAt: TIME,
  ageMs: orNull(NUMBER),
  at: TIME,
  features: WHOLE,
  sources: listOf(
    objectOf({
      name: TEXT,
      title: TEXT,
      status: TEXT,
      since: TIME,
      ageMs: orNull(NUMBER),
      generation: WHOLE,
      problems: WHOLE,
    }),
  ),
  problems: listOf(PROBLEM),
  heldBack: listOf(TEXT),
  rejected: listOf(TEXT),
  timeline: listOf(
    objectOf({ kind: { enum: ['change', 'stale', 'ready', 'problem', 'solved'] }, at: TIME }),
  ),
})

const FIGURES = objectOf(
  {
    power: orNull(SHARE),
    detectableEffect: orNull(NUMBER),
    units: orNull(NUMBER),
    daysToCome: orNull(WHOLE),
    days: orNull(WHOLE),
    powerAtEnd: orNull(SHARE),
  },
  ['powerAtEnd'],
)

/** `components/schemas` of OpenAPI for the types of `contract.ts`. */
export const ANSWER_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Session: objectOf({
    user: orNull(objectOf({ name: TEXT, roles: listOf({ enum: ROLES }) })),
    csrf: orNull(TEXT),
    canSignOut: FLAG,
    server: objectOf({
      environment: TEXT,
      needsApproval: FLAG,
      hasDatabase: FLAG,
      canEdit: FLAG,
      hasStore: FLAG,
    }),
  }),
  FeatureRow: ROW,
  FeatureList: objectOf({
    generation: WHOLE,
    population: POPULATION,
    isComputing: FLAG,
    features: listOf(refTo('FeatureRow')),
  }),
  FeatureDetail: DETAIL,
  Shares: objectOf({ population: POPULATION, report: { type: 'object' } }),
  Explained: objectOf({
    decision: { type: 'object' },
    steps: listOf(STEP),
    decidedAt: orNull(WHOLE),
    source: orNull(TEXT),
    words: TEXT,
  }),
  SavedWorld: WORLD,
  SavedWorlds: objectOf({ worlds: listOf(WORLD) }),
  ExperimentList: objectOf({ experiments: listOf(EXPERIMENT) }),
  ExperimentView: objectOf({
    report: { type: 'object' },
    isSound: FLAG,
    checks: listOf(
      objectOf({ name: TEXT, count: WHOLE, level: { enum: ['red', 'note', 'good'] } }),
    ),
    warnings: listOf(TEXT),
    mismatch: orNull(TEXT),
    exposures: SERIES,
    by: { enum: ['unit', 'decision'] },
    conversions: listOf(TEXT),
    holdout: orNull(HOLDOUT),
    gatedFeature: orNull(TEXT),
  }),
  PlanView: objectOf({
    plan: orNull(
      objectOf({
        shares: listOf(SHARE),
        metric: {
          anyOf: [objectOf({ rate: SHARE }), objectOf({ mean: NUMBER, variance: NUMBER })],
        },
        power: SHARE,
        windowMs: orNull(WHOLE),
        once: FIGURES,
        often: FIGURES,
      }),
    ),
    unitsPerDay: orNull(NUMBER),
    isObserved: FLAG,
    curve: listOf(
      objectOf({ day: WHOLE, units: NUMBER, once: orNull(NUMBER), often: orNull(NUMBER) }),
    ),
    variants: listOf(TEXT),
    conversions: listOf(TEXT),
    recorded: listOf(TEXT),
    note: orNull(TEXT),
  }),
  ConfigFiles: objectOf({
    files: listOf(
      objectOf({
        source: TEXT,
        title: TEXT,
        format: { enum: ['yaml', 'json', 'ini'] },
        text: TEXT,
        hash: TEXT,
        canEdit: FLAG,
        whyNot: orNull(TEXT),
      }),
    ),
  }),
  Now: NOW,
}
