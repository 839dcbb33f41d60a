import type { Asker } from '../core/asker'
import type { ExperimentDefinition } from '../core/rule-context'
import { type Hashed, hashedBy, nameOf, textOr } from './targeting'

/** What an experiment is made of, read once. */
export interface Parts {
  readonly key: string
  readonly definition: ExperimentDefinition
  readonly variations: readonly unknown[]
  readonly meta: readonly ExperimentDefinition[]
  /** What is hashed for an asker. */
  readonly hashed: (asker: Asker) => Hashed
}

export function partsOf(definition: ExperimentDefinition): Parts {
  const { variations, meta } = definition
  return {
    key: nameOf(definition.key),
    definition,
    variations: Array.isArray(variations) ? variations : [],
    meta: Array.isArray(meta) ? meta.map((entry: ExperimentDefinition | null) => entry ?? {}) : [],
    hashed: hashing(definition),
  }
}

/** A fallback attribute counts only while stored assignments are looked up. */
function hashing({ hashAttribute, fallbackAttribute, disableStickyBucketing }: ExperimentDefinition): (asker: Asker) => Hashed {
  const attribute = textOr(hashAttribute, 'id')
  const fallback = disableStickyBucketing ? undefined : textOr(fallbackAttribute, '')
  return (asker) => hashedBy(asker, attribute, asker.rules.sticky && fallback ? fallback : undefined)
}

