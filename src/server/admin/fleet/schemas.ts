import { POPULATION } from '../answer-schemas'
import { FLAG, listOf, NUMBER, objectOf, orNull, TEXT, TIME, WHOLE } from '../schemas'

const PROBLEM = objectOf({ host: TEXT, problem: TEXT })
const QUARANTINED = objectOf(
  {
    generation: WHOLE,
    hash: TEXT,
    reason: TEXT,
    hosts: listOf(PROBLEM),
    by: orNull(TEXT),
    at: TIME,
    releasedBy: WHOLE,
  },
  ['releasedBy'],
)
const GENERATION = objectOf(
  {
    generation: WHOLE,
    kind: { enum: ['publish', 'rollback', 'staged', 'outside'] },
    state: { enum: ['in force', 'replaced', 'staged', 'withdrawn', 'never published'] },
    hash: TEXT,
    basedOn: orNull(WHOLE),
    by: orNull(TEXT),
    reason: orNull(TEXT),
    at: TIME,
    of: WHOLE,
    bytes: WHOLE,
    quarantined: QUARANTINED,
  },
  ['of', 'quarantined'],
)
const STAGED = objectOf({
  generation: WHOLE,
  by: orNull(TEXT),
  reason: orNull(TEXT),
  percent: NUMBER,
  stages: listOf(NUMBER),
  asked: WHOLE,
  confirmed: WHOLE,
  isAbandoned: FLAG,
})
const PROCESS = objectOf({
  host: TEXT,
  process: TEXT,
  generation: orNull(WHOLE),
  hash: TEXT,
  isStaged: FLAG,
  isCurrent: FLAG,
  problems: listOf({ type: 'object' }),
  health: orNull(objectOf({ isHealthy: FLAG, message: TEXT }, ['message'])),
  silentMs: NUMBER,
  isThere: FLAG,
})

const STORES = listOf(objectOf({ source: TEXT, title: TEXT }))

/** What the routes of a live config in a store answer, for OpenAPI. */
export const FLEET_SCHEMAS = {
  Generations: objectOf({
    source: TEXT,
    title: TEXT,
    generations: listOf(GENERATION),
    hasMore: FLAG,
    isOutside: FLAG,
    isEmpty: FLAG,
    current: orNull(WHOLE),
    stores: STORES,
  }),
  Comparison: objectOf({
    source: TEXT,
    title: TEXT,
    from: orNull(WHOLE),
    to: orNull(WHOLE),
    current: orNull(WHOLE),
    inForce: orNull(TEXT),
    diff: TEXT,
    entries: listOf(objectOf({ feature: TEXT, before: orNull(TEXT), after: orNull(TEXT) })),
    impact: orNull({ type: 'object' }),
    population: orNull(POPULATION),
  }),
  Fleet: objectOf({
    source: TEXT,
    title: TEXT,
    generation: orNull(WHOLE),
    hash: orNull(TEXT),
    staged: orNull(STAGED),
    processes: listOf(PROCESS),
    quarantined: listOf(QUARANTINED),
    stores: STORES,
  }),
  Staging: objectOf({
    staging: objectOf({ source: TEXT, generation: WHOLE, percent: NUMBER }),
  }),
}
