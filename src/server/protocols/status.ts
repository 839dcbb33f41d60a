import type { Problem } from '../../core/problem'
import type { SourceState } from '../../engine/snapshot-info'
import type { Protocol, ServerContext } from '../route'

const PROBLEM = {
  type: 'object',
  required: ['code', 'severity', 'message'],
  properties: {
    code: { type: 'string' },
    severity: { enum: ['error', 'warning'] },
    message: { type: 'string' },
    feature: { type: 'string' },
    source: { type: 'string' },
    line: { type: 'integer' },
    column: { type: 'integer' },
    since: { type: 'string', format: 'date-time' },
  },
}
const AGE = {
  type: ['number', 'null'],
  description: 'Seconds since it was last known to be current.',
}

const STATUS = {
  type: 'object',
  required: [
    'status',
    'ready',
    'generation',
    'hash',
    'loaded_at',
    'features',
    'sources',
    'problems',
  ],
  properties: {
    status: { enum: ['NOT_READY', 'READY', 'STALE', 'CLOSED'] },
    ready: { type: 'boolean' },
    stale_since: { type: ['string', 'null'], format: 'date-time' },
    generation: { type: 'integer' },
    hash: { type: 'string' },
    loaded_at: { type: 'string', format: 'date-time' },
    age_seconds: AGE,
    features: { type: 'integer', description: 'How many are in force.' },
    held_back: { type: 'array', items: { type: 'string' } },
    rejected: { type: 'array', items: { type: 'string' } },
    sources: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'status', 'since', 'generation', 'problems'],
        properties: {
          name: { type: 'string' },
          status: { enum: ['NOT_READY', 'READY', 'STALE'] },
          since: { type: 'string', format: 'date-time' },
          age_seconds: AGE,
          generation: { type: 'integer' },
          problems: { type: 'array', items: PROBLEM },
        },
      },
    },
    problems: { type: 'array', items: PROBLEM },
    records: {
      type: 'object',
      description: 'Rows of decisions and events: given, stored, and waiting.',
      additionalProperties: { type: 'integer' },
    },
  },
}

/** `GET /status`: what is in force, and what is wrong with it. */
export const status: Protocol = {
  name: 'status',
  summary: 'What is in force',
  schemas: { Status: STATUS },
  routes: (context) => [
    {
      method: 'GET',
      path: '/status',
      scope: 'read',
      operation: {
        id: 'status',
        summary: 'What is in force, source by source, and every problem',
        answers: {
          200: { description: 'As of now.', schema: { $ref: '#/components/schemas/Status' } },
        },
      },
      handle: () => ({ status: 200, json: statusOf(context) }),
    },
  ],
}

function statusOf({ features, readiness, decider }: ServerContext): object {
  const { snapshot } = features
  const { received, written, dropped, buffered, failures } = decider.writer.stats
  return {
    status: snapshot.status,
    ready: readiness.isReady,
    stale_since: time(readiness.staleSince) ?? null,
    generation: snapshot.generation,
    hash: snapshot.hash,
    loaded_at: snapshot.loadedAt.toISOString(),
    age_seconds: seconds(snapshot.ageMs),
    features: snapshot.names.length,
    held_back: snapshot.heldBack,
    rejected: snapshot.rejected,
    sources: snapshot.sources.map(sourceOf),
    problems: snapshot.problems.map(problemOf),
    records: { received, written, dropped, buffered, failures },
  }
}

const sourceOf = ({
  name,
  status: state,
  since,
  ageMs,
  generation,
  problems,
}: SourceState): object => ({
  name,
  status: state,
  since: time(since),
  age_seconds: seconds(ageMs),
  generation,
  problems: problems.map(problemOf),
})

const problemOf = ({
  code,
  severity,
  message,
  feature,
  source,
  line,
  column,
  since,
}: Problem): object => ({
  code,
  severity,
  message,
  feature,
  source,
  line,
  column,
  since: time(since),
})

const time = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()

const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000)
