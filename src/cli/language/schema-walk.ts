import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../../core/json'
import { liveConfigSchema } from '../../live-config/schema'

/** Something that may be written at a place. */
export interface Choice {
  readonly text: string
  readonly description?: string
}

let whole: JsonObject | undefined
const schema = (): JsonObject => (whole ??= liveConfigSchema())

const DEFS = '#/$defs/'

/** The schema itself, and each that it may stand for: references and alternatives followed. */
function variants(one: JsonValue | undefined, depth = 0): readonly JsonObject[] {
  if (one === undefined || !isJsonObject(one) || depth > 8) return []
  const reference = own(one, '$ref')
  const defs = own(schema(), '$defs')
  if (typeof reference === 'string' && reference.startsWith(DEFS) && defs && isJsonObject(defs))
    return variants(own(defs, reference.slice(DEFS.length)), depth + 1)
  const others = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => {
    const list = own(one, key)
    return isJsonList(list) ? list.flatMap((inner) => variants(inner, depth + 1)) : []
  })
  return [one, ...others]
}

function below(from: JsonObject, key: string | number): readonly JsonObject[] {
  if (typeof key === 'number') return variants(own(from, 'items'))
  const properties = own(from, 'properties')
  const named = properties && isJsonObject(properties) ? own(properties, key) : undefined
  return variants(named ?? own(from, 'additionalProperties'))
}

/** The schemas of what is at a path of an entry. */
function schemasAt(path: readonly (string | number)[]): readonly JsonObject[] {
  const start = variants({ $ref: `${DEFS}entry` })
  return path.reduce<readonly JsonObject[]>(
    (at, key) => at.flatMap((one) => below(one, key)),
    start,
  )
}

const textIn = (one: JsonObject, key: string): string | undefined => {
  const value = own(one, key)
  return typeof value === 'string' ? value : undefined
}

const unique = (choices: readonly Choice[]): readonly Choice[] =>
  choices.filter(({ text }, n) => choices.findIndex((other) => other.text === text) === n)

/** The keys that may be in the mapping at a path. */
export const keysAt = (path: readonly (string | number)[]): readonly Choice[] =>
  unique(
    schemasAt(path).flatMap((one) => {
      const properties = own(one, 'properties')
      return properties !== undefined && isJsonObject(properties)
        ? Object.entries(properties).map(([text, inner]) => choice(text, describe(variants(inner))))
        : []
    }),
  )

/** The values that may be at a path, as far as they can be listed. */
export const valuesAt = (path: readonly (string | number)[]): readonly Choice[] =>
  unique(
    schemasAt(path).flatMap((one) => {
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
export const descriptionAt = (path: readonly (string | number)[]): string | undefined =>
  path.length === 0 ? undefined : describe(schemasAt(path))

const describe = (all: readonly JsonObject[]): string | undefined =>
  all.map((one) => textIn(one, 'description')).find((text) => text !== undefined)

const choice = (text: string, description: string | undefined): Choice => ({
  text,
  ...(description !== undefined && { description }),
})
