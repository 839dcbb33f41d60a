import type { JsonObject } from '../../core/json'
import type { DecisionResult } from '../../decide/answer'
import type { Evaluations } from '../evaluations'
import type {
  Answer,
  JsonSchema,
  Operation,
  Protocol,
  ServerContext,
  ServerRequest,
} from '../route'
import {
  answering,
  ERROR,
  ERROR_SCHEMA,
  listMember,
  member,
  objectAt,
  objectBody,
  textMember,
} from './json-body'

const TEXT = { type: 'string', minLength: 1 }
const SUBJECT = {
  subject_id: { ...TEXT, description: 'Who is decided for; the same text gets the same variant.' },
  subject_attributes: { type: 'object', description: 'What targeting may ask. Default {}.' },
}
const TEXT_OR_NULL = { type: ['string', 'null'] }

const DECISION: JsonSchema = {
  type: 'object',
  required: ['flag', 'value', 'decision_id', 'experiment_id', 'variant_id', 'reason'],
  properties: {
    flag: { type: 'string' },
    value: {
      description: "The variant's value, else the flag's default; null for an unknown flag.",
    },
    decision_id: { type: 'string', format: 'uuid' },
    experiment_id: TEXT_OR_NULL,
    variant_id: TEXT_OR_NULL,
    reason: {
      enum: [
        'flag_not_found',
        'no_active_experiment',
        'targeting_mismatch',
        'participation_limit',
        'domain_conflict',
        'outside_traffic_allocation',
        'no_variants',
        'held_out',
        'experiment_assigned',
      ],
    },
  },
}

const REFUSED = { 400: { description: 'The body is not valid.', schema: ERROR } }

const ONE: Operation = {
  id: 'decide',
  summary: 'What a subject gets for a flag, recorded',
  body: {
    type: 'object',
    required: ['flag_key', 'subject_id'],
    properties: { flag_key: TEXT, ...SUBJECT },
  },
  answers: {
    200: { description: 'The decision.', schema: { $ref: '#/components/schemas/Decision' } },
    ...REFUSED,
  },
}

const MANY: Operation = {
  id: 'decideBatch',
  summary: 'What a subject gets for several flags; its history is read once',
  body: {
    type: 'object',
    required: ['flag_keys', 'subject_id'],
    properties: { flag_keys: { type: 'array', minItems: 1, items: TEXT }, ...SUBJECT },
  },
  answers: {
    200: {
      description: 'The decisions, in the order of the flags.',
      schema: {
        type: 'object',
        required: ['decisions'],
        properties: {
          decisions: { type: 'array', items: { $ref: '#/components/schemas/Decision' } },
        },
      },
    },
    ...REFUSED,
  },
}

/** The decide service over HTTP (docs/spec/decide.md). */
export const decide: Protocol = {
  name: 'decide',
  summary: 'Decisions that are recorded',
  schemas: { Decision: DECISION, Error: ERROR_SCHEMA },
  routes: (context) => [
    {
      method: 'POST',
      path: '/decide',
      scope: 'evaluate',
      operation: ONE,
      handle: (request) => answering(() => decideOne(context, request)),
    },
    {
      method: 'POST',
      path: '/decide/batch',
      scope: 'evaluate',
      operation: MANY,
      handle: (request) => answering(() => decideMany(context, request)),
    },
  ],
}

async function decideOne(
  { decider, evaluations }: ServerContext,
  request: ServerRequest,
): Promise<Answer> {
  const body = objectBody(request)
  const flag = textMember(body, ['flag_key', 'flag'])
  const result = await decider.decide(flag, ...subjectOf(body))
  count(evaluations, result)
  return { status: 200, json: shown(result) }
}

async function decideMany(
  { decider, limits, evaluations }: ServerContext,
  request: ServerRequest,
): Promise<Answer> {
  const body = objectBody(request)
  const { value, path } = listMember(body, ['flag_keys', 'flags'], limits.batch)
  const flags = value.map((flag, index) => textMember({ [index]: flag }, [`${index}`], path))
  const results = await decider.decideAll(flags, ...subjectOf(body))
  for (const result of results) count(evaluations, result)
  return { status: 200, json: { decisions: results.map(shown) } }
}

function count(evaluations: Evaluations, { flag, variantId, value, reason }: DecisionResult): void {
  if (reason !== 'flag_not_found') evaluations.count(flag, variantId ?? value)
}

function subjectOf(body: JsonObject): readonly [subject: string, attributes: JsonObject] {
  const { value, path } = member(body, ['subject_attributes', 'attributes'])
  const attributes = value === undefined || value === null ? {} : objectAt(value, path)
  return [textMember(body, ['subject_id']), attributes]
}

const shown = ({
  flag,
  value,
  decisionId,
  experimentId,
  variantId,
  reason,
}: DecisionResult): JsonObject => ({
  flag,
  value,
  decision_id: decisionId,
  experiment_id: experimentId,
  variant_id: variantId,
  reason,
})
