import type { JsonSchema } from '../route'

const PAYLOAD_KEYS: Readonly<Record<string, JsonSchema>> = {
  status: { const: 200 },
  features: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      required: ['defaultValue'],
      properties: { defaultValue: {}, rules: { type: 'array', items: { type: 'object' } } },
      additionalProperties: false,
    },
  },
  dateUpdated: { type: 'string', format: 'date-time' },
}

export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  GrowthBookPayload: {
    type: 'object',
    required: ['status', 'features', 'dateUpdated'],
    properties: {
      ...PAYLOAD_KEYS,
      savedGroups: { type: 'object' },
      contextualBandits: { type: 'object' },
      encryptedFeatures: { type: 'string' },
      encryptedSavedGroups: { type: 'string' },
      encryptedContextualBandits: { type: 'string' },
    },
  },
  GrowthBookEvaluated: {
    type: 'object',
    required: ['status', 'features', 'dateUpdated'],
    properties: PAYLOAD_KEYS,
    additionalProperties: false,
  },
  GrowthBookUser: {
    type: 'object',
    properties: {
      attributes: { type: 'object' },
      forcedVariations: { type: 'object', additionalProperties: { type: 'integer' } },
      forcedFeatures: {
        type: 'array',
        items: { type: 'array', prefixItems: [{ type: 'string' }], minItems: 2, maxItems: 2 },
      },
      url: { type: 'string' },
    },
  },
  GrowthBookError: {
    type: 'object',
    required: ['status', 'error'],
    properties: { status: { type: 'integer' }, error: { type: 'string' } },
  },
}
