import type { JsonValue } from './core/json'
import type { StickyDocuments } from './core/rule-context'
import type { Admission } from './experiments/allocation'
import type { Forcing } from './growthbook/forcing'

/** What one request forces, and what rules may know of it besides the World. Every member may be missing. */
export interface RequestOptions extends Forcing {
  /** Values by feature: whatever the live config says, these are given. */
  readonly forcedValues?: Readonly<Record<string, JsonValue>>
  /** Sticky documents, loaded before. */
  readonly sticky?: StickyDocuments
  /** Limits which experiments with a life the visitor may be in, beyond conflict domains; given, it judges those as well. */
  readonly admission?: Admission
}

export const NOTHING_FORCED: RequestOptions = {}
