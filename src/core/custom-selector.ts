import type { Asker } from './asker'
import type { Claim } from './decision'
import type { JsonValue } from './json'
import type { EntryProblem, Place, Schema, Selector, Stage } from './selector'

/**
 * The visitor of the current request. Each question is answered once per request and never throws.
 */
export type Visitor = Pick<
  Asker,
  | 'isLoggedIn'
  | 'isLoggedOut'
  | 'isAdmin'
  | 'isEmployee'
  | 'hasGold'
  | 'hasBeta'
  | 'userId'
  | 'userName'
  | 'loid'
  | 'subreddit'
  | 'subdomain'
  | 'oauthClient'
  | 'urlFeatures'
  | 'page'
  | 'attribute'
>

/**
 * The answer for a visitor whom the selector matches. `true` means that the feature is on.
 * `enabled` is true and `reason` is `TARGETING_MATCH` unless set. A claim of an application's
 * selector assigns nobody to an experiment, so no exposure is recorded.
 */
export type SelectorClaim = true | Partial<Pick<Claim, 'enabled' | 'variant' | 'value' | 'reason'>>

/**
 * Runs on every question, so it must be quick. `undefined` or false: the next selector is asked.
 */
export type SelectorMatch = (visitor: Visitor) => SelectorClaim | false | undefined

/** Where a selector is being compiled. */
export interface SelectorPlace extends Pick<
  Place,
  'feature' | 'entry' | 'path' | 'compat' | 'bucketing'
> {
  /**
   * Reports a problem of the value, with the line of the key unless `path` says another. An error
   * refuses the entry.
   */
  report(problem: EntryProblem): void
}

/**
 * A selector of the application: one more key that entries may have. The object is like those of
 * the built-in selectors, and is asked after the built-in ones of its stage.
 *
 * @example
 * const country: CustomSelector = {
 *   key: 'country',
 *   stage: 'who',
 *   summary: 'Visitors from one of these countries.',
 *   schema: { type: 'array', items: { type: 'string' } },
 *   compile(value, place) {
 *     if (!Array.isArray(value)) {
 *       place.report({ code: 'bad-type', message: 'country is no list; write one, such as [NZ, AU]'
 *       })
 *       return undefined
 *     }
 *     const countries = new Set<unknown>(value)
 *     return (visitor) => countries.has(visitor.attribute('country'))
 *   },
 * }
 * const features = await openFeatures({ source: 'live.yaml', selectors: [country] })
 */
export interface CustomSelector extends Pick<Selector, 'key' | 'summary' | 'schema'> {
  /** Holdouts alone come before who it is, so that nothing lets in whom they keep out. */
  readonly stage: Exclude<Stage, 'holdout'>
  /**
   * Further keys of the entry that adjust this one, each with its schema; `compile` reads them from
   * `place.entry`.
   */
  readonly modifiers?: Readonly<Record<string, Schema>>
  /**
   * Checks the value, once, when the live config is loaded, and returns what is asked of each
   * visitor; or a claim, which every visitor gets; or undefined, which matches nobody. When it
   * throws, the entry is refused with a problem.
   */
  compile(value: JsonValue, place: SelectorPlace): SelectorMatch | SelectorClaim | undefined
}
