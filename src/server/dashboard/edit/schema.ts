import type { JsonValue } from '../../../core/json'

/** A part of the JSON schema of live configs. */
export interface Schema {
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly JsonValue[]
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** How a value is edited; `other` in the text alone. */
export type Kind =
  'scalar' | 'percentage' | 'list' | 'choice' | 'shares' | 'rules' | 'group' | 'other'

/** Follows a reference within the schema; what is said beside the reference stays. */
export function resolved(schema: Schema, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1]
  const target = name === undefined ? undefined : root.$defs?.[name]
  return target ? { ...target, ...schema } : schema
}

/** The mapping of selectors, whose keys are all that an entry may have. */
export const selectorsOf = (root: Schema): Schema => root.$defs?.['selectors'] ?? {}

/** How a value of this schema is edited, given the value that is there. */
export function kindOf(schema: Schema, value: JsonValue | undefined): Kind {
  if (schema.anyOf) return kindOfAny(schema.anyOf, value)
  if (schema.enum) return 'choice'
  if (schema.type === 'boolean') return 'scalar'
  if (isPercentage(schema)) return 'percentage'
  if (schema.type === 'array' && schema.items?.type === 'string') return 'list'
  if (schema.items?.$ref === '#/$defs/rule' && isListOfMappings(value)) return 'rules'
  if (schema.properties && isMapping(value)) return 'group'
  return schema.type === 'string' || (schema.type === undefined && isScalar(value))
    ? 'scalar'
    : 'other'
}

const isPercentage = ({ type, minimum, maximum }: Schema): boolean =>
  type === 'number' && minimum === 0 && maximum === 100

/** A ramp is edited in the text; a percentage that may be one is a percentage until then. */
function kindOfAny(schemas: readonly Schema[], value: JsonValue | undefined): Kind {
  if (schemas.some(isShares)) return kindOfShares(value)
  return schemas.some(isPercentage) && !isMapping(value) ? 'percentage' : 'other'
}

const isShares = ({ additionalProperties }: Schema): boolean =>
  typeof additionalProperties === 'object' && additionalProperties.type === 'number'

const kindOfShares = (value: JsonValue | undefined): Kind =>
  isMapping(value) || isWeighted(value) ? 'shares' : 'other'

export type Scalar = string | number | boolean

export const isScalar = (value: JsonValue | undefined): value is Scalar =>
  ['string', 'number', 'boolean'].includes(typeof value)

export type Mapping = Readonly<Record<string, JsonValue>>

export const isMapping = (value: JsonValue | undefined): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isListOfMappings = (value: JsonValue | undefined): value is readonly Mapping[] =>
  Array.isArray(value) && (value as readonly JsonValue[]).every(isMapping)

/** A list of variants with names and weights. */
export const isWeighted = (value: JsonValue | undefined): value is readonly Mapping[] =>
  isListOfMappings(value) && value.every(({ name }) => typeof name === 'string')

/** A value to begin with when a key is added. */
export function firstValue(schema: Schema): JsonValue {
  if (schema.type === 'boolean') return true
  switch (kindOf(schema, undefined)) {
    case 'percentage':
      return 0
    case 'list':
      return []
    case 'choice':
      return schema.enum?.[0] ?? ''
    default:
      return ''
  }
}
