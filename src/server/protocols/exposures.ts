import { isJsonObject, type JsonValue, own } from '../../core/json'
import { exposureRow } from '../../decide/recorders'
import type { SealedExposure } from '../../engine/exposure-seal'
import type { Answer, Operation, Protocol, ServerContext, ServerRequest } from '../route'
import {
  answering,
  ERROR,
  ERROR_SCHEMA,
  listMember,
  notRecorded,
  objectBody,
  refused,
} from './json-body'

const OPERATION: Operation = {
  id: 'recordSealedExposures',
  summary: 'Records exposures that pages report; answers when they are durable',
  description:
    'What bootstrap sealed is its own credential: a beacon of a page can send no token. The body is ' +
    'JSON whatever its content type, because a beacon of text needs no preflight.',
  body: {
    type: 'object',
    required: ['events'],
    properties: {
      events: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['token'],
          properties: {
            type: { const: 'exposure' },
            token: { type: 'string', description: 'The exposure of a feature of a bootstrap.' },
          },
        },
      },
    },
  },
  answers: {
    200: {
      description: 'What is accepted is durable; what is sent again changes nothing.',
      schema: {
        type: 'object',
        required: ['accepted', 'rejected'],
        properties: {
          accepted: { type: 'integer', minimum: 0 },
          rejected: {
            type: 'integer',
            minimum: 0,
            description:
              'How many were not sealed with the exposureSecret, or are older than a day.',
          },
        },
      },
    },
    400: { description: 'The body is not valid, or nothing of it is accepted.', schema: ERROR },
    503: {
      description: 'The store is away: nothing is promised.',
      schema: ERROR,
      headers: { 'Retry-After': 'Seconds.' },
    },
  },
}

/** `POST /events/exposures`: what `liveflag/client` sends. */
export const exposures: Protocol = {
  name: 'exposures',
  summary: 'Exposures that pages report',
  schemas: { Error: ERROR_SCHEMA },
  routes: (context) => [
    {
      method: 'POST',
      path: '/events/exposures',
      scope: 'none',
      forClients: true,
      operation: OPERATION,
      handle: (request) => answering(() => record(context, request)),
    },
  ],
}

async function record(context: ServerContext, request: ServerRequest): Promise<Answer> {
  const { value: events } = listMember(objectBody(request), ['events'], context.limits.batch)
  const opened = events.flatMap((event) => opening(context, event) ?? [])
  if (opened.length === 0)
    return refused(400, 'bad_request', 'no event has a token that was sealed here within a day')
  try {
    const rows = opened.flat().map((exposure) => exposureRow(exposure, 'client'))
    await context.decider.writer.record({ exposures: rows })
  } catch (error) {
    return notRecorded('exposures', error, context)
  }
  const accepted = opened.length
  return { status: 200, json: { accepted, rejected: events.length - accepted } }
}

/** The exposures of one event, in a list of their own; undefined of what counts as nothing. */
function opening(
  { openExposure }: ServerContext,
  event: JsonValue,
): readonly [readonly SealedExposure[]] | undefined {
  const token = isJsonObject(event) ? own(event, 'token') : undefined
  const exposures = typeof token === 'string' ? openExposure(token) : undefined
  return exposures && [exposures]
}
