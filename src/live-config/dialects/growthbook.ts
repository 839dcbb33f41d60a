import { isJsonObject, type JsonValue, own } from '../../core/json'
import type { Path, Position } from '../../core/problem'
import { type Entry, type Parsed, PREFIX } from '../text/entry'
import { keysIn } from '../text/growing-mapping'
import type { Dialect } from './dialect'
import { FEATURE_KEYS } from './payload-problems'

/** The key under which a payload has its features. */
const FEATURES = 'features'

/** Keys beside `features` that only a payload has. */
const BESIDE: ReadonlySet<string> = new Set([
  'status',
  'dateUpdated',
  'experiments',
  'savedGroups',
  'contextualBandits',
  'encryptedFeatures',
])

/** A GrowthBook payload: the members of `features` are the features. */
export const growthbook: Dialect = {
  name: 'growthbook',
  isKindOf: ({ entries }) =>
    !entries.some(({ key }) => key.startsWith(PREFIX)) &&
    entries.some(
      ({ key, value }) =>
        key === FEATURES &&
        (mayBeFeatures(value) || entries.some((other) => BESIDE.has(other.key))),
    ),
  read(parsed) {
    return {
      ...parsed,
      dialect: 'growthbook',
      parsed,
      mayBeEmpty: parsed.entries.some(({ key, value }) => key === FEATURES && isEmpty(value)),
      features: () => payloadFeatures(parsed),
    }
  },
}

/**
 * False for a mapping without any feature of a payload: it has features of liveflag's own, below
 * this key by mistake.
 */
function mayBeFeatures(value: JsonValue): boolean {
  if (!isJsonObject(value)) return true
  const names = keysIn(value)
  return names.length === 0 || names.some((name) => value[name] === null || isFeature(value[name]))
}

const isEmpty = (value: JsonValue): boolean => isJsonObject(value) && keysIn(value).length === 0

/** Whether a mapping has some feature of a payload. */
export const holdsPayload = (value: JsonValue): boolean =>
  isJsonObject(value) && keysIn(value).some((name) => hasFeatureKey(value[name]))

const hasFeatureKey = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) && FEATURE_KEYS.some((key) => Object.hasOwn(value, key))

const isFeature = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) && (Object.keys(value).length === 0 || hasFeatureKey(value))

function* payloadFeatures({ entries }: Parsed): Generator<Entry> {
  const features = entries.find(({ key }) => key === FEATURES)
  if (!features || !isJsonObject(features.value)) return
  // A feature that is null counts as absent (docs/spec/growthbook.md, section 1.1).
  for (const id of keysIn(features.value)) {
    const value = own(features.value, id)
    if (value !== undefined && value !== null) yield new PayloadEntry(id, value, features)
  }
}

/** A feature of a payload. */
class PayloadEntry implements Entry {
  readonly dialect = 'growthbook'
  readonly key: string

  constructor(
    private readonly id: string,
    readonly value: JsonValue,
    private readonly features: Entry,
  ) {
    this.key = PREFIX + id
  }

  get position(): Position {
    return this.features.locate([this.id], 'key')
  }

  locate(path: Path, target: 'key' | 'value' = 'value'): Position {
    return this.features.locate([this.id, ...path], target)
  }
}
