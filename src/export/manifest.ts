import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { TypedFeature } from './typed-feature'

const SCHEMA =
  'https://raw.githubusercontent.com/open-feature/cli/refs/heads/main/schema/v0/flag-manifest.json'

/** A manifest, and the features that it cannot hold. */
export interface Manifest {
  readonly manifest: JsonObject
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[]
}

/**
 * The features as a flag manifest of the OpenFeature CLI, from which it generates clients. The
 * default is the one that the entry declares, else the empty value of its type.
 */
export function manifestOf(features: readonly TypedFeature[]): Manifest {
  const flags: Record<string, JsonValue> = {}
  const leftOut: { name: string; reason: string }[] = []
  for (const feature of features.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const flag = flagOf(feature)
    if (typeof flag === 'string') leftOut.push({ name: feature.name, reason: flag })
    else Object.defineProperty(flags, feature.name, { value: flag, enumerable: true })
  }
  return { manifest: { $schema: SCHEMA, flags }, leftOut }
}

/** A text says why there is no flag. */
function flagOf({ values, variants, metadata, declared }: TypedFeature): JsonObject | string {
  const typed = values.filter((value) => value !== null)
  const kinds = new Set(
    values.length === 0 ? [variants.length > 0 ? 'string' : 'boolean'] : typed.map(kindOf),
  )
  const [kind] = kinds
  if (kind === undefined) return 'all of its values are null'
  if (kinds.size > 1) return `its values are of several types: ${[...kinds].sort().join(', ')}`
  if (kind === 'list') return 'its values are lists, which a manifest cannot hold'
  const flagType = kind === 'number' ? numberType(typed) : kind
  const description = own(metadata, 'description')
  return {
    flagType,
    defaultValue: declared ?? EMPTY[kind] ?? null,
    ...(typeof description === 'string' && { description }),
  }
}

const EMPTY: Readonly<Record<string, JsonValue>> = {
  boolean: false,
  string: '',
  number: 0,
  object: {},
}

const kindOf = (value: JsonValue): string =>
  isJsonList(value) ? 'list' : isJsonObject(value) ? 'object' : typeof value

const numberType = (values: readonly JsonValue[]): string =>
  values.every((value) => Number.isInteger(value)) ? 'integer' : 'float'
