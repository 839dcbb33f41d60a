import type { Schema } from '../core/selector'

const TEXT: Schema = { type: 'string' }
const LIST: Schema = { type: 'array' }
const WHOLE: Schema = { type: 'integer' }

/** Every key of a rule (spec/growthbook.md, section 1.2); checks and the schema for editors are made from them. */
export const RULE_KEYS: Readonly<Record<string, Schema>> = {
  id: { ...TEXT, description: 'Says in results which rule decided.' },
  condition: { type: 'object', description: 'Whom the rule takes, by their attributes: {country: NZ}, {age: {$gte: 18}}.' },
  parentConditions: { ...LIST, description: 'Other features that must answer in a certain way; with gate: true the whole feature is null if one does not.' },
  filters: { ...LIST, description: 'Mutual exclusion by hashed ranges.' },
  force: { description: 'The value of whoever the rule takes.' },
  tracks: { ...LIST, description: 'Exposures computed elsewhere, owed when the rule is used.' },
  coverage: { type: ['number', 'null'], minimum: 0, maximum: 1, description: 'The share of visitors, 0 to 1.' },
  range: { ...LIST, description: 'The share as a half-open range of the hash; replaces coverage.' },
  seed: { ...TEXT, description: "The hash's seed; the feature's or experiment's name unless set." },
  hashAttribute: { ...TEXT, description: 'The attribute that is hashed; id unless set.' },
  hashVersion: { enum: [1, 2], description: '2 is finer and fairer; 1 unless set.' },
  fallbackAttribute: { ...TEXT, description: 'Hashed when the other is missing, while sticky buckets are in use.' },
  variations: { ...LIST, minItems: 2, description: 'Makes the rule an experiment: the values of its arms.' },
  contextualVariations: LIST,
  contextualBanditRef: TEXT,
  key: { ...TEXT, description: "The experiment's key; the feature's name unless set." },
  weights: { type: 'array', items: { type: 'number' }, description: 'The share of each variation; they sum to 1.' },
  ranges: { ...LIST, description: 'The range of each variation; replaces weights and coverage.' },
  meta: { ...LIST, description: 'key, name and passthrough of each variation.' },
  namespace: { ...LIST, description: '[id, from, below]: mutual exclusion as GrowthBook once had it; filters are newer.' },
  name: TEXT,
  phase: TEXT,
  disableStickyBucketing: { type: 'boolean' },
  bucketVersion: WHOLE,
  minBucketVersion: WHOLE,
}
