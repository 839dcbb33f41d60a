import type { Forced, Value } from '../rewriting/answer'
import { answerIn } from './ask'
import type { FoundAnswer } from './nunjucks-expression'
import { textOfToken, type Token } from './tokens'

const RECEIVERS = new Set(['features', 'flags'])
const NAME = /^[A-Za-z_$]/

/**
 * `isEnabled("x")`, `features.variant("x")` and `"x" | feature(variant="blue")` of Nunjucks, where
 * they begin in a list of tokens.
 */
export const nunjucksAnswer =
  (forced: Forced) =>
  (tokens: readonly Token[], at: number): FoundAnswer | undefined => {
    const first = tokens[at]
    if (!first || tokens[at - 1]?.text === '.') return undefined
    return NAME.test(first.text) ? callAt(tokens, at, forced) : filterAt(tokens, at, forced)
  }

function callAt(tokens: readonly Token[], at: number, forced: Forced): FoundAnswer | undefined {
  let method = at
  while (tokens[method + 1]?.text === '.' && NAME.test(tokens[method + 2]?.text ?? '')) method += 2
  const isAsked = method === at || RECEIVERS.has(tokens[method - 2]?.text ?? '')
  const [open, name, close] = tokens.slice(method + 1, method + 4)
  if (!isAsked || open?.text !== '(' || !name || close?.text !== ')') return undefined
  return found(tokens[method], name, undefined, forced, method + 4 - at)
}

/** `"x" | variant`, and `"x" | feature(variant="blue")`. */
function filterAt(tokens: readonly Token[], at: number, forced: Forced): FoundAnswer | undefined {
  const [name, bar, filter, open, variant, equals, value, close] = tokens.slice(at, at + 8)
  if (!name || bar?.text !== '|' || filter?.text !== 'feature') return undefined
  if (open?.text !== '(') return found(filter, name, undefined, forced, 3)
  const isNamed = variant?.text === 'variant' && equals?.text === '=' && close?.text === ')'
  return isNamed ? found(filter, name, value, forced, 8) : undefined
}

/** `"x" | feature: variant: "blue"` of Liquid, where a value begins with it. */
export function liquidAnswer(tokens: readonly Token[], forced: Forced): FoundAnswer | undefined {
  const [name, bar, filter, colon, variant, another, value] = tokens
  if (!name || bar?.text !== '|' || (filter?.text !== 'feature' && filter?.text !== 'variant'))
    return undefined
  if (colon?.text !== ':') return found(filter, name, undefined, forced, 3)
  const isNamed = variant?.text === 'variant' && another?.text === ':'
  return isNamed ? found(filter, name, value, forced, 7) : undefined
}

/** The arguments of a tag: `"x"`, `"x", variant="blue"`, `"x", variant: "blue"`. */
export function tagAnswer(
  tokens: readonly Token[],
  forced: Forced,
): { readonly value: Value } | undefined {
  const [name, ...rest] = tokens
  if (!name) return undefined
  const filter = { text: 'feature', start: 0, end: 0 }
  const given = rest[0]?.text === ',' ? rest.slice(1) : rest
  if (given.length === 0) return found(filter, name, undefined, forced, 1)
  const [variant, sign, value, more] = given
  const isNamed = variant?.text === 'variant' && /^[=:]$/.test(sign?.text ?? '') && !more
  return isNamed ? found(filter, name, value, forced, 1) : undefined
}

function found(
  method: Token | undefined,
  name: Token,
  variant: Token | undefined,
  forced: Forced,
  length: number,
): FoundAnswer | undefined {
  const feature = textOfToken(name)
  const wanted = variant && textOfToken(variant)
  if (method === undefined || feature === undefined) return undefined
  if (variant !== undefined && wanted === undefined) return undefined
  const answer = answerIn({ method: method.text, feature, variant: wanted }, forced)
  return answer && 'value' in answer ? { value: answer.value, length } : undefined
}
