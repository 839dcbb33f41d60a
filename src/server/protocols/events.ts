import { own, type JsonObject, type JsonValue } from '../../core/json'
import { timeOf } from '../../core/time'
import type { Conversion } from '../../decide/conversion'
import { isAhead } from '../../decide/limits'
import type { ExposureRow } from '../../recording/store'
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
  BadBody,
  ERROR,
  ERROR_SCHEMA,
  listMember,
  notRecorded,
  objectAt,
  objectBody,
  optionalNumber,
  optionalText,
  refused,
  textMember,
} from './json-body'

const TEXT = { type: 'string', minLength: 1 }
const AT = { type: ['number', 'string'], description: 'Milliseconds since 1970, or an ISO date.' }

const CONVERSION: JsonSchema = {
  type: 'object',
  required: ['type', 'event_id', 'name'],
  properties: {
    type: { const: 'conversion' },
    event_id: { ...TEXT, description: 'The same event sent again changes nothing.' },
    name: { ...TEXT, description: 'What happened: purchase.' },
    decision_id: { ...TEXT, description: 'The decision that it follows from.' },
    unit: { ...TEXT, description: 'Who did it. One of decision_id and unit is needed.' },
    value: { type: 'number', description: 'How much.' },
    at: AT,
  },
}

const EXPOSURE: JsonSchema = {
  type: 'object',
  required: ['type', 'unit', 'experiment', 'variant'],
  properties: {
    type: { const: 'exposure' },
    event_id: TEXT,
    unit: { ...TEXT, description: 'Who saw the variant; the first time counts.' },
    kind: { ...TEXT, description: 'What was bucketed. Default user.' },
    experiment: TEXT,
    variant: TEXT,
    feature: { ...TEXT, description: 'Default the experiment.' },
    at: AT,
  },
}

const OPERATION: Operation = {
  id: 'recordEvents',
  summary: 'Records exposures and conversions; answers when they are durable',
  body: {
    type: 'object',
    required: ['events'],
    properties: {
      events: {
        type: 'array',
        minItems: 1,
        items: {
          oneOf: [
            { $ref: '#/components/schemas/Conversion' },
            { $ref: '#/components/schemas/Exposure' },
          ],
        },
      },
    },
  },
  answers: {
    200: {
      description: 'All that is not rejected is durable.',
      schema: {
        type: 'object',
        required: ['accepted', 'rejected'],
        properties: {
          accepted: { type: 'integer', minimum: 0 },
          rejected: {
            type: 'array',
            items: {
              type: 'object',
              required: ['index', 'message'],
              properties: { index: { type: 'integer' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
    400: { description: 'The body is not valid, or no event of it is.', schema: ERROR },
    503: {
      description: 'The store is away: nothing is promised; send all of them again.',
      schema: ERROR,
      headers: { 'Retry-After': 'Seconds.' },
    },
  },
}

/** `POST /events` */
export const events: Protocol = {
  name: 'events',
  summary: 'Exposures and conversions',
  schemas: { Conversion: CONVERSION, Exposure: EXPOSURE, Error: ERROR_SCHEMA },
  routes: (context) => [
    {
      method: 'POST',
      path: '/events',
      scope: 'write',
      operation: OPERATION,
      handle: (request) => answering(() => record(context, request)),
    },
  ],
}

interface Rejected {
  readonly index: number
  readonly message: string
}

async function record(context: ServerContext, request: ServerRequest): Promise<Answer> {
  const { value: items } = listMember(objectBody(request), ['events'], context.limits.batch)
  const { exposures, conversions, rejected } = readAll(items, context.now())
  try {
    const [refusals] = await Promise.all([
      context.decider.convertAll(conversions.map(({ event }) => event)),
      exposures.length > 0 ? context.decider.writer.record({ exposures }) : undefined,
    ])
    for (const [i, { index }] of conversions.entries()) {
      const refusal = refusals[i]
      if (refusal) rejected.push({ index, message: refusal.message })
    }
  } catch (error) {
    return notRecorded('events', error, context)
  }
  const accepted = items.length - rejected.length
  const [first] = rejected
  if (accepted === 0 && first) return refused(400, 'bad_request', first.message)
  rejected.sort((a, b) => a.index - b.index)
  return { status: 200, json: { accepted, rejected } }
}

interface Events {
  readonly exposures: ExposureRow[]
  /** With their places in the body. */
  readonly conversions: { readonly index: number; readonly event: Conversion }[]
  readonly rejected: Rejected[]
}

function readAll(items: readonly JsonValue[], now: number): Events {
  const read: Events = { exposures: [], conversions: [], rejected: [] }
  items.forEach((item, index) => {
    try {
      const path = `events[${index}]`
      const event = objectAt(item, path)
      if (own(event, 'type') === 'exposure') read.exposures.push(exposureOf(event, path, now))
      else if (own(event, 'type') === 'conversion')
        read.conversions.push({ index, event: conversionOf(event, path) })
      else throw new BadBody(path, `${path}.type is not valid; send "exposure" or "conversion"`)
    } catch (error) {
      if (!(error instanceof BadBody)) throw error
      read.rejected.push({ index, message: error.message })
    }
  })
  return read
}

function conversionOf(event: JsonObject, path: string): Conversion {
  const decisionId = optionalText(event, ['decision_id'], path)
  const unit = optionalText(event, ['unit', 'subject_id'], path)
  if (decisionId === undefined && unit === undefined)
    throw new BadBody(path, `${path} has neither decision_id nor unit; send the one it belongs to`)
  const value = optionalNumber(event, 'value', path)
  const at = momentOf(event, path)
  return {
    eventId: textMember(event, ['event_id'], path),
    name: textMember(event, ['name'], path),
    ...(decisionId !== undefined && { decisionId }),
    ...(unit !== undefined && { unit }),
    ...(value !== undefined && { value }),
    ...(at !== undefined && { at }),
  }
}

function exposureOf(event: JsonObject, path: string, now: number): ExposureRow {
  const experiment = textMember(event, ['experiment', 'experiment_id'], path)
  const at = momentOf(event, path) ?? now
  if (at < 0 || isAhead(at, now))
    throw new BadBody(path, `${path}.at is before 1970 or more than a day ahead`)
  return {
    unit: textMember(event, ['unit', 'subject_id'], path),
    kind: optionalText(event, ['kind'], path) ?? 'user',
    experiment,
    variant: textMember(event, ['variant', 'variant_id'], path),
    feature: optionalText(event, ['feature', 'flag'], path) ?? experiment,
    source: 'client',
    bucket: null,
    generation: null,
    hash: null,
    at,
  }
}

function momentOf(event: JsonObject, path: string): number | undefined {
  const at = own(event, 'at')
  if (typeof at !== 'string') return optionalNumber(event, 'at', path)
  const time = timeOf(at)
  if (Number.isNaN(time))
    throw new BadBody(path, `${path}.at is not a date; send 2026-11-29T09:30:00Z or milliseconds`)
  return time
}
