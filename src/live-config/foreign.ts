/**
 * Recognises documents of other programs, which would otherwise be live configs without a feature.
 */
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from '../core/json'
import type { Document } from './dialects/dialect'
import { RAMPS } from './entries/ramps'
import { type Entry, PREFIX, type TextProblem } from './text/entry'

/** A kind of document that liveflag does not read, with the way to recognise it. */
interface ForeignFormat {
  readonly name: string
  readonly isKindOf: (top: ReadonlyMap<string, JsonValue>) => boolean
  /** What its author should do. */
  readonly advice: string
}

const HAS_FEATURES = `write each feature at the top, under a key that begins with ${PREFIX}`

const hasAll = (value: JsonValue | undefined, keys: readonly string[]): boolean =>
  isJsonObject(value) && keys.every((key) => Object.hasOwn(value, key))

const hasText = (value: JsonValue, key: string): boolean =>
  isJsonObject(value) && typeof value[key] === 'string'

const someMember = (value: JsonValue | undefined, is: (member: JsonValue) => boolean): boolean =>
  isJsonObject(value) && Object.values(value).some((member) => member !== undefined && is(member))

/** They are tried in this order. */
const formats: readonly ForeignFormat[] = [
  {
    name: 'a manifest of Kubernetes',
    isKindOf: (top) => top.has('apiVersion') && top.has('kind'),
    advice: 'mount the ConfigMap and give the path of the mounted file, not the manifest',
  },
  {
    name: 'a configuration of flagd',
    isKindOf: (top) => someMember(top.get('flags'), (flag) => hasAll(flag, ['state', 'variants'])),
    advice: HAS_FEATURES,
  },
  {
    name: 'an export of LaunchDarkly',
    isKindOf: (top) =>
      top.has('flagValues') ||
      someMember(
        top.get('flags'),
        (flag) => hasAll(flag, ['variations']) && !hasAll(flag, ['defaultRule']),
      ),
    advice: HAS_FEATURES,
  },
  {
    name: 'a configuration of go-feature-flag',
    isKindOf: (top) =>
      [...top.values()].some((flag) => hasAll(flag, ['variations', 'defaultRule'])),
    advice: HAS_FEATURES,
  },
  {
    name: 'an export of Unleash',
    isKindOf: (top) => {
      const features = top.get('features')
      return isJsonList(features) && features.some((feature) => hasText(feature, 'name'))
    },
    advice: HAS_FEATURES,
  },
  {
    name: 'a configuration of Flipt',
    isKindOf: (top) => {
      const flags = top.get('flags')
      return isJsonList(flags) && flags.some((flag) => hasText(flag, 'key'))
    },
    advice: HAS_FEATURES,
  },
]

/**
 * The problem of a document without any feature: it is another program's, or its features are below
 * another key. Undefined for any other document, such as an empty one.
 */
export function foreignProblem(document: Document): TextProblem | undefined {
  const { entries, dialect } = document
  if (dialect === 'overrides') return noOverridesProblem(document)
  if (entries.some(({ key }) => key.startsWith(PREFIX))) return undefined
  const [first] = entries
  if (first === undefined) return undefined
  const top = new Map(entries.map(({ key, value }) => [key, value]))
  const format = formats.find(({ isKindOf }) => isKindOf(top))
  if (format) return refused(first, `this is ${format.name}, which is not read; ${format.advice}`)
  return dialect === 'liveflag' ? misplacedFeatures(entries) : undefined
}

/** A payload or a file of another program where overrides belong, each of whose keys would be a feature. */
function noOverridesProblem({ parsed: { entries } }: Document): TextProblem | undefined {
  const [first] = entries
  if (first === undefined) return undefined
  const top = new Map(entries.map(({ key, value }) => [key, value]))
  const features = top.get('features')
  const isPayload = someMember(features, (feature) =>
    ['defaultValue', 'rules'].some((key) => hasAll(feature, [key])),
  )
  const format = isPayload
    ? 'a payload of GrowthBook'
    : formats.find(({ isKindOf }) => isKindOf(top))?.name
  return format === undefined
    ? undefined
    : refused(
        first,
        `this is ${format}, and overrides belong here; write name: value for each feature`,
      )
}

function misplacedFeatures(entries: readonly Entry[]): TextProblem | undefined {
  for (const entry of entries) {
    // A layer may have nothing but what became of ramps, by the names of their features.
    if (entry.key === RAMPS) continue
    const below = featuresBelow(entry)
    if (below !== undefined)
      return refused(
        entry,
        `there are features below ${JSON.stringify(entry.key)} and none at the top, where they are read; write ${below} at the top`,
      )
  }
  return undefined
}

/** The key of a feature below another key, as in the values of a Helm chart. */
function featuresBelow({ key, value }: Entry): string | undefined {
  if (!isJsonObject(value)) return undefined
  const prefixed = Object.keys(value).find((name) => name.startsWith(PREFIX))
  if (prefixed !== undefined) return prefixed
  if (!/^features?$|^flags?$|^toggles?$/i.test(key)) return deeper(value)
  const [name] = Object.keys(value)
  return name === undefined ? undefined : `${PREFIX}${name}`
}

const deeper = (value: JsonObject): string | undefined =>
  Object.values(value)
    .filter(isJsonObject)
    .flatMap((member) => Object.keys(member))
    .find((name) => name.startsWith(PREFIX))

const refused = (entry: Entry, message: string): TextProblem => ({
  code: 'foreign-format',
  severity: 'error',
  message,
  ...entry.position,
})
