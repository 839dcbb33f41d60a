import type { Value } from '../rewriting/answer'

/** What becomes of an expression of a template. */
export interface Outcome {
  readonly text: string
  readonly isChanged: boolean
  /** Its value, when that is certain. */
  readonly known?: { readonly value: Value } | undefined
}

/** A text that needs no escapes in any of these languages, and means nothing in HTML. */
const PLAIN = /^[\w .:-]*$/

export const isPlain = (value: Value): boolean => typeof value !== 'string' || PLAIN.test(value)

/** A value as an output of the template shows it. */
export const shownAs = (value: Value, ofUndefined = ''): string =>
  value === undefined ? ofUndefined : String(value)
