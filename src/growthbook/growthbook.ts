export type { RuleDetail } from '../core/trail'
export type { ExperimentDefinition } from '../core/trail'
export type { ExperimentResult } from '../core/trail'
export type { StickyDocuments } from '../core/sticky'
export type { FeatureResult, GrowthBookContext } from './context'
export type { StickyService } from '../core/sticky'
export type { StickyDocument } from '../core/sticky'
export { decrypt } from '../sources/growthbook'
export { evalCondition } from './evaluate'
export { evalFeature, runExperiment } from './evaluate'
export { hash } from '../hash/fnv1a'
export { getQueryStringOverride } from '../rules/query-override'
export {
  chooseVariation,
  getBucketRanges,
  getEqualWeights,
  inNamespace,
  type Namespace,
  type Range,
} from '../rules/ranges'
export { type Redirect, redirectFor, type RedirectOptions } from './redirect'
export { secureAttribute } from './evaluate'
export { stickyAttributesOf } from '../rules/sticky-attributes'
export {
  type CookieExchange,
  type CookieStickyOptions,
  cookieStickyService,
} from '../sticky/cookie'
export { evalStickyFeature } from './evaluate'
export { loadSticky, type StickyOptions, stickySaved } from '../sticky/load'
export { memoryStickyService } from '../sticky/memory'
export {
  type PostgresStickyOptions,
  type PostgresStickyPool,
  postgresStickyService,
} from '../sticky/postgres'
export {
  type RedisStickyClient,
  type RedisStickyOptions,
  redisStickyService,
} from '../sticky/redis'
export type { SharedStickyOptions, SharedStickyService } from '../sticky/shared'
export { type SqliteStickyService, sqliteStickyService } from '../sticky/sqlite'
