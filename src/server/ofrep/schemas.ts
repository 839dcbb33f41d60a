import type { JsonSchema } from '../route'

const METADATA: JsonSchema = {
  type: 'object',
  additionalProperties: { type: ['boolean', 'string', 'number'] },
}
const KEY: JsonSchema = { type: 'string', minLength: 1 }

/**
 * The protocol's own OpenAPI cannot check answers: its forms of a success overlap, and it lacks the
 * reason DEFAULT. These are the shapes that its clients accept.
 */
export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  OfrepRequest: {
    type: 'object',
    properties: {
      context: {
        type: ['object', 'null'],
        properties: { targetingKey: { type: ['string', 'null'] } },
      },
    },
  },
  OfrepSuccess: {
    type: 'object',
    required: ['key', 'reason'],
    properties: {
      key: KEY,
      reason: { type: 'string', minLength: 1 },
      value: { type: ['boolean', 'string', 'number', 'object', 'array'] },
      variant: { type: 'string' },
      metadata: METADATA,
    },
    not: { required: ['errorCode'] },
  },
  OfrepFailure: {
    type: 'object',
    required: ['key', 'errorCode'],
    properties: {
      key: KEY,
      errorCode: {
        enum: [
          'PARSE_ERROR',
          'TARGETING_KEY_MISSING',
          'INVALID_CONTEXT',
          'GENERAL',
          'FLAG_NOT_FOUND',
          'TYPE_MISMATCH',
          'PROVIDER_NOT_READY',
        ],
      },
      errorDetails: { type: 'string' },
    },
    not: { anyOf: [{ required: ['value'] }, { required: ['variant'] }, { required: ['reason'] }] },
  },
  OfrepEventStream: {
    type: 'object',
    required: ['type', 'endpoint'],
    properties: {
      type: { type: 'string', minLength: 1 },
      endpoint: {
        type: 'object',
        required: ['requestUri'],
        properties: {
          origin: { type: 'string', format: 'uri' },
          requestUri: { type: 'string', pattern: '^/' },
        },
      },
      inactivityDelaySec: { type: 'integer', minimum: 1 },
    },
  },
  OfrepBulk: {
    type: 'object',
    required: ['flags'],
    properties: {
      flags: {
        type: 'array',
        items: {
          anyOf: [
            { $ref: '#/components/schemas/OfrepSuccess' },
            { $ref: '#/components/schemas/OfrepFailure' },
          ],
        },
      },
      metadata: METADATA,
      eventStreams: {
        type: 'array',
        items: { $ref: '#/components/schemas/OfrepEventStream' },
      },
    },
  },
  OfrepBulkFailure: {
    type: 'object',
    required: ['errorCode'],
    properties: { errorCode: { type: 'string' }, errorDetails: { type: 'string' } },
    not: { required: ['flags'] },
  },
}
