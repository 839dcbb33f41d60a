import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../../core/json'
import { liveConfigSchema } from '../../live-config/schema'

/** Something that may be written at a place. */
export interface Choice {
  readonly text: string
  readonly description?: string
}

/** A kind of document: its schema, and where in it the walk of a path begins. */
export interface Grammar {
  readonly schema: () => JsonObject
  /** A reference, such as `#/$defs/entry`. */
  readonly start: string
}

/** Entries of a live config. */
export const ENTRY_GRAMMAR: Grammar = { schema: liveConfigSchema, start: '#/$defs/entry' }

const built = new WeakMap<Grammar, JsonObject>()

function schemaOf(grammar: Grammar): JsonObject {
  const known = built.get(grammar)
  if (known) return known
  const whole = grammar.schema()
  built.set(grammar, whole)
  return whole
}

/** Follows a reference within a schema. */
const referred = (reference: string, grammar: Grammar): JsonValue | undefined =>
  reference
    .split('/')
    .slice(1)
    .reduce<JsonValue | undefined>(
      (at, key) => (at !== undefined && isJsonObject(at) ? own(at, key) : undefined),
      schemaOf(grammar),
    )

/** The schema itself, and each that it may stand for: references and alternatives followed. */
function variants(one: JsonValue | undefined, grammar: Grammar, depth = 0): readonly JsonObject[] {
  if (one === undefined || !isJsonObject(one) || depth > 8) return []
  const reference = own(one, '$ref')
  if (typeof reference === 'string')
    return variants(referred(reference, grammar), grammar, depth + 1)
  const others = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => {
    const list = own(one, key)
    return isJsonList(list) ? list.flatMap((inner) => variants(inner, grammar, depth + 1)) : []
  })
  return [one, ...others]
}

function below(from: JsonObject, key: string | number, grammar: Grammar): readonly JsonObject[] {
  if (typeof key === 'number') return variants(own(from, 'items'), grammar)
  const properties = own(from, 'properties')
  const named = properties && isJsonObject(properties) ? own(properties, key) : undefined
  return variants(named ?? own(from, 'additionalProperties'), grammar)
}

type Path = readonly (string | number)[]

/** The schemas of what is at a path of an entry. */
function schemasAt(path: Path, grammar: Grammar): readonly JsonObject[] {
  return path.reduce<readonly JsonObject[]>(
    (at, key) => at.flatMap((one) => below(one, key, grammar)),
    variants({ $ref: grammar.start }, grammar),
  )
}

const textIn = (one: JsonObject, key: string): string | undefined => {
  const value = own(one, key)
  return typeof value === 'string' ? value : undefined
}

const unique = (choices: readonly Choice[]): readonly Choice[] =>
  choices.filter(({ text }, n) => choices.findIndex((other) => other.text === text) === n)

/** The keys that may be in the mapping at a path. */
export const keysAt = (path: Path, grammar = ENTRY_GRAMMAR): readonly Choice[] =>
  unique(
    schemasAt(path, grammar).flatMap((one) => {
      const properties = own(one, 'properties')
      return properties !== undefined && isJsonObject(properties)
        ? Object.entries(properties).map(([text, inner]) =>
            choice(text, describe(variants(inner, grammar))),
          )
        : []
    }),
  )

/** The values that may be at a path, as far as they can be listed. */
export const valuesAt = (path: Path, grammar = ENTRY_GRAMMAR): readonly Choice[] =>
  unique(
    schemasAt(path, grammar).flatMap((one) => {
      const listed = own(one, 'enum')
      const values = isJsonList(listed)
        ? listed
        : own(one, 'type') === 'boolean'
          ? [true, false]
          : []
      return values.map((value) =>
        choice(
          typeof value === 'string' ? value : JSON.stringify(value),
          textIn(one, 'description'),
        ),
      )
    }),
  )

/** What the schema says of the key that a path ends with. */
export const descriptionAt = (path: Path): string | undefined =>
  path.length === 0 ? undefined : describe(schemasAt(path, ENTRY_GRAMMAR))

const describe = (all: readonly JsonObject[]): string | undefined =>
  all.map((one) => textIn(one, 'description')).find((text) => text !== undefined)

const choice = (text: string, description: string | undefined): Choice => ({
  text,
  ...(description !== undefined && { description }),
})
