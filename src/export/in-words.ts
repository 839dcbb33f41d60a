import type { Compat, Selector } from '../core/selector'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'

/** One selector of an entry, for people. */
export interface SelectorInWords {
  /** Its key: `percent_loggedin`. */
  readonly selector: string
  /** Whom it claims: `25 % of signed-in visitors`. */
  readonly words: string
}

/**
 * Says whom each selector of an entry claims, in order of precedence; selectors that claim nobody are
 * left out. Each selector describes itself, those of the application by their key and value.
 */
export function selectorsInWords(
  entry: JsonObject,
  compat: Compat,
  selectors: readonly Selector[],
): readonly SelectorInWords[] {
  const enabled = own(entry, 'enabled')
  const isOff = compat !== 'r2' && (enabled === 'off' || enabled === false)
  return isOff ? [] : claimsOf(entry, compat, selectors)
}

function claimsOf(
  mapping: JsonObject,
  compat: Compat,
  selectors: readonly Selector[],
): readonly SelectorInWords[] {
  const who = (inner: JsonObject): string => {
    const all = selectors.filter(({ stage, key }) => stage === 'who' && key !== 'enabled')
    return (
      claimsOf(inner, compat, all)
        .map(({ words }) => words)
        .join(' or ') || 'nobody'
    )
  }
  return selectors.flatMap(({ key, inWords }) => {
    const value = own(mapping, key)
    if (value === undefined) return []
    const words = inWords ? inWords(value, { entry: mapping, compat, who }) : shown(key, value)
    return words === undefined ? [] : [{ selector: key, words }]
  })
}

const LONGEST = 60

const shown = (key: string, value: JsonValue): string => {
  const text = `${key} ${isJsonObject(value) ? '{…}' : JSON.stringify(value)}`
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
