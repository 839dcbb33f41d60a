import type { JsonObject } from './json'
import { NO_LIMITS, type Participation } from './participation'
import type { StickyDocuments } from './sticky'
import type { Answer } from './trail'

/**
 * What rules ask besides the World: what is forced for this visitor, and the answers of other
 * features.
 */
export interface RuleContext {
  /**
   * False: nothing is forced, stored or switched off, and there is no URL, so experiments skip
   * these checks.
   */
  readonly hasForcing: boolean
  /** False switches experiments off; force rules and defaults go on. */
  readonly enabled: boolean
  /** True: nobody is assigned at random. */
  readonly qaMode: boolean
  readonly url: string
  readonly sticky: StickyDocuments | undefined
  /** Answers for experiments with a life. */
  readonly participation: Participation
  forcedVariation(experiment: string): number | undefined
  /** Legacy: keys that replace an experiment's own. */
  override(experiment: string): JsonObject | undefined
  /** Legacy: whether the visitor is in a named group. */
  inGroup(group: string): boolean
  /** The answer of another feature; `cyclic` when that feature is being decided already. */
  prerequisite(feature: string): Answer | 'cyclic' | undefined
}

/** Nothing is forced, and there are no other features. */
export const NO_RULES: RuleContext = {
  hasForcing: false,
  enabled: true,
  qaMode: false,
  url: '',
  sticky: undefined,
  participation: NO_LIMITS,
  forcedVariation: () => undefined,
  override: () => undefined,
  inGroup: () => false,
  prerequisite: () => undefined,
}
