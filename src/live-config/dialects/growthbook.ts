import { isJsonObject, type JsonValue } from '../../core/json'
import type { Path, Position } from '../../core/problem'
import { type Entry, type Parsed, PREFIX } from '../text/entry'

/** Where a GrowthBook payload has its features. */
const FEATURES = 'features'

/** A feature of a GrowthBook payload, as an entry of its own. */
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

/** The features of a content: its `feature_` entries or, when it is a GrowthBook payload, what its `features` holds. */
export function* featureEntries(parsed: Parsed): Generator<Entry> {
  let own = false
  for (const entry of parsed.entries) {
    if (!entry.key.startsWith(PREFIX)) continue
    own = true
    yield entry
  }
  const features = own ? undefined : parsed.entries.find(({ key }) => key === FEATURES)
  if (!features || !isJsonObject(features.value)) return
  // A feature that is null is none (spec/growthbook.md, section 1.1).
  for (const [id, value] of Object.entries(features.value))
    if (value !== null) yield new PayloadEntry(id, value, features)
}
