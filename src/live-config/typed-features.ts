import { isJsonObject, type JsonValue } from '../core/json'
import { metadataOf, NO_METADATA } from '../core/metadata'
import type { Problem } from '../core/problem'
import type { Compat } from '../core/selector'
import { producedBy } from '../export/produced'
import type { TypedFeature } from '../export/typed-feature'
import { type CheckedText, snapshotOf } from './check'
import type { Item } from './entries/judge'

/** The features of some texts with their types, and what keeps the others from having any. */
export interface TypedFeatures {
  readonly features: readonly TypedFeature[]
  /** Errors only. */
  readonly problems: readonly Problem[]
}

/**
 * Reads the names, variants and values of all features. An entry with a key that is not known may
 * have a selector of the application, which only the application could judge: it has its types too.
 */
export function typedFeatures(texts: readonly CheckedText[], compat: Compat): TypedFeatures {
  const { snapshot, problems } = snapshotOf(texts, { compat })
  return {
    features: [...snapshot.items()].flatMap(([name, item]) => typed(name, item, compat)),
    problems: problems.filter(({ severity, code }) => severity === 'error' && code !== UNKNOWN),
  }
}

const UNKNOWN = 'unknown-key'

function typed(name: string, item: Item, compat: Compat): readonly TypedFeature[] {
  const { entry, version, problems } = item
  if (version) {
    const { definition, feature } = version
    const { value, isPayload } = definition
    return [{ name, metadata: feature.metadata, ...producedBy(value, { isPayload, compat }) }]
  }
  if (problems.some(({ severity, code }) => severity === 'error' && code !== UNKNOWN)) return []
  const value: JsonValue = entry.json?.kind === 'mapping' ? entry.json.value : entry.value
  const metadata = isJsonObject(value) ? metadataOf(value) : NO_METADATA
  const isPayload = entry.dialect === 'growthbook'
  return [{ name, metadata, ...producedBy(value, { isPayload, compat }) }]
}
