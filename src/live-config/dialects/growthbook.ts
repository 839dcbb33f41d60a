import { isJsonObject, type JsonValue } from '../../core/json'
import type { Path, Position } from '../../core/problem'
import { type Entry, type Parsed, PREFIX } from '../text/entry'
import type { Dialect } from './dialect'

/** The key under which a payload has its features. */
const FEATURES = 'features'

/** A GrowthBook payload: the members of `features` are the features. */
export const growthbook: Dialect = {
  name: 'growthbook',
  isKindOf: ({ entries }) =>
    entries.some(({ key }) => key === FEATURES) &&
    !entries.some(({ key }) => key.startsWith(PREFIX)),
  read: (parsed) => ({
    ...parsed,
    dialect: 'growthbook',
    parsed,
    features: () => payloadFeatures(parsed),
  }),
}

function* payloadFeatures({ entries }: Parsed): Generator<Entry> {
  const features = entries.find(({ key }) => key === FEATURES)
  if (!features || !isJsonObject(features.value)) return
  // A feature that is null counts as absent (docs/spec/growthbook.md, section 1.1).
  for (const [id, value] of Object.entries(features.value))
    if (value !== null) yield new PayloadEntry(id, value, features)
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
