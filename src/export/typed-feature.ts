import type { Metadata } from '../core/feature'
import type { JsonValue } from '../core/json'

/** What visitors of a feature may get, whoever they are. */
export interface FeatureProducts {
  /** Sorted, each once. */
  readonly variants: readonly string[]
  /** As often as they are written; none of a feature that is only on or off. */
  readonly values: readonly JsonValue[]
  /** The value for whom nothing claims, when the entry declares one. */
  readonly declared?: JsonValue
}

/** A feature as generated types, manifests and lint rules see it. */
export interface TypedFeature extends FeatureProducts {
  readonly name: string
  readonly metadata: Metadata
}
