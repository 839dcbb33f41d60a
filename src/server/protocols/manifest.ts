import type { JsonValue } from '../../core/json'
import type { Features } from '../../engine/features'
import type { Protocol, Refusal } from '../route'

const FLAG = {
  type: 'object',
  required: ['key', 'type', 'defaultValue'],
  properties: {
    key: { type: 'string' },
    type: { enum: ['boolean', 'string', 'integer', 'float', 'object'] },
    description: { type: 'string' },
    defaultValue: {},
  },
}

/** What `openfeature pull` reads: every feature with its type. Nothing can be written. */
export const manifest: Protocol = {
  name: 'manifest',
  summary: 'The flag manifest of the OpenFeature command line',
  schemas: { ManifestFlag: FLAG },
  refusalBody: ({ status, message }: Refusal) => ({ error: { message, status } }),
  routes: ({ features }) => [
    {
      method: 'GET',
      path: '/openfeature/v0/manifest',
      scope: 'read',
      operation: {
        id: 'manifest',
        summary: 'Every feature, with the type of its values and a default',
        answers: {
          200: {
            description: 'Sorted by key.',
            headers: { 'X-Manifest-Capabilities': 'read: nothing can be written here.' },
            schema: {
              type: 'object',
              required: ['flags'],
              properties: {
                flags: { type: 'array', items: { $ref: '#/components/schemas/ManifestFlag' } },
              },
            },
          },
        },
      },
      handle: () => ({
        status: 200,
        headers: { 'x-manifest-capabilities': 'read' },
        json: { flags: flagsOf(features) },
      }),
    },
  ],
}

/** The default is what a visitor gets of whom nothing is known; `false` for one without values. */
function flagsOf(features: Features): readonly object[] {
  return features.snapshot.names.flatMap((key) => {
    const { value = false } = features.global.decide(key)
    const type = typeOf(value)
    const description = features.metadata(key)?.['description']
    if (type === undefined) return []
    return [
      { key, type, ...(typeof description === 'string' && { description }), defaultValue: value },
    ]
  })
}

/** Null says nothing of a type: such a feature is left out. */
function typeOf(value: JsonValue): string | undefined {
  if (value === null) return undefined
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float'
  return typeof value === 'object' ? 'object' : typeof value
}
