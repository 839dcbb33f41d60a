import type { JsonSchema } from '../route'

/** JSON schemas in short: every member is required unless it is named among the optional ones. */
export const objectOf = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items })

export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] })

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

export const TEXT: JsonSchema = { type: 'string' }
export const WHOLE: JsonSchema = { type: 'integer' }
export const NUMBER: JsonSchema = { type: 'number' }
export const FLAG: JsonSchema = { type: 'boolean' }
export const ANY: JsonSchema = {}
export const TIME: JsonSchema = { type: 'integer', description: 'Milliseconds since 1970.' }
export const SHARE: JsonSchema = { type: 'number', minimum: 0, maximum: 1 }
export const COUNTS: JsonSchema = { type: 'object', additionalProperties: { type: 'number' } }
