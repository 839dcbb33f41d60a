import type { JsonObject, JsonValue } from './core/json'
import type { StickyDocuments } from './core/rule-context'
import type { Admission } from './experiments/allocation'

/** What one request forces, and what rules may know of it besides the World. Every member may be missing. */
export interface RequestOptions {
  /** Variation indexes by experiment key, for experiments of rules. */
  readonly forcedVariations?: Readonly<Record<string, number>>
  /** Values by feature: whatever the live config says, these are given. */
  readonly forcedValues?: Readonly<Record<string, JsonValue>>
  /** True: no experiment of a rule assigns anybody. */
  readonly qaMode?: boolean
  /** False: experiments of rules are off; force rules and defaults go on. */
  readonly enabled?: boolean
  /** The address of the request: `?experiment-key=1` forces a variation, and patterns are compared with it. */
  readonly url?: string
  /** Sticky documents, loaded before. */
  readonly sticky?: StickyDocuments
  /** Legacy: the groups that the visitor is in. */
  readonly groups?: Readonly<Record<string, boolean>>
  /** Limits which experiments with a life the visitor may be in, beyond conflict domains; given, it judges those as well. */
  readonly admission?: Admission
  /** Legacy: keys laid over experiments, by experiment key. */
  readonly overrides?: Readonly<Record<string, JsonObject>>
}

export const NOTHING_FORCED: RequestOptions = {}
