import type { Forced, Value } from '../rewriting/answer'
import { answerIn, type Asked } from './ask'
import type { Tag } from './engines'
import { isPlain, type Outcome } from './outcome'
import { textOfToken, type Token, tokensOf } from './tokens'

/** A tag that begins a block, goes on with it or ends it. */
export interface Section {
  readonly tag: Tag
  readonly kind: '#' | '^' | '/' | 'else'
  /** The helper or the path. */
  readonly word: string
  /** Where the words are: the helper and what it is given. */
  readonly words: string
  readonly wordsStart: number
}

/** How one of the two languages writes questions. */
export interface SectionLanguage {
  /** What becomes of the condition of a block; undefined of other blocks. */
  condition(section: Section, forced: Forced): Outcome | undefined
  output(code: string, forced: Forced): Outcome
  /** Whether the inside of a block means the same without the block. */
  isSameInside(body: string): boolean
}

export const handlebars: SectionLanguage = {
  condition({ kind, word, words }, forced) {
    const rest = words.slice(word.length).trim()
    const outcome = word === 'feature' ? askedBy(words, forced) : inBrackets(rest, forced)
    if (word !== 'feature' && word !== 'if' && word !== 'unless') return undefined
    const isNegated = (kind === '^') !== (word === 'unless')
    return isNegated ? negated(outcome) : outcome
  },
  output(code, forced) {
    const words = code.trim()
    const asked = askedBy(words, forced)
    return asked.isChanged ? asked : { text: code, isChanged: false }
  },
  isSameInside: () => true,
}

const negated = (outcome: Outcome): Outcome =>
  outcome.known ? { ...outcome, known: { value: !outcome.known.value } } : outcome

/** `isEnabled "x"`, `feature "x" variant="blue"` */
function askedBy(words: string, forced: Forced): Outcome {
  const [method, name, variant, equals, value, more] = tokensOf(words)
  const feature = name && textOfToken(name)
  const plain = { text: words, isChanged: false }
  if (
    !method ||
    feature === undefined ||
    !['feature', 'isEnabled', 'variant'].includes(method.text)
  )
    return plain
  if (!variant) return answered({ method: method.text, feature }, forced) ?? plain
  const isNamed = method.text === 'feature' && variant.text === 'variant' && equals?.text === '='
  const wanted = value && textOfToken(value)
  if (!isNamed || wanted === undefined || more) return plain
  return answered({ method: method.text, feature, variant: wanted }, forced) ?? plain
}

function answered(asked: Asked, forced: Forced): Outcome | undefined {
  const answer = answerIn(asked, forced)
  return answer && 'value' in answer
    ? { text: literalOf(answer.value), isChanged: true, known: answer }
    : undefined
}

const literalOf = (value: Value): string =>
  typeof value === 'string' ? `"${value}"` : String(value)

/** `(isEnabled "x")`, and brackets in which it is: the innermost first. */
export function inBrackets(code: string, forced: Forced): Outcome {
  let text = code
  let isChanged = false
  for (;;) {
    const found = [...text.matchAll(/\(([^()]*)\)/g)].flatMap(
      ({ 0: whole, 1: inner = '', index }) => {
        const outcome = askedBy(inner.trim(), forced)
        const known = outcome.known ?? (isChanged ? folded(inner) : undefined)
        return known ? [{ whole, index, known }] : []
      },
    )
    const [first] = found
    if (!first) return { text, isChanged }
    if (text.trim() === first.whole)
      return { text: literalOf(first.known.value), isChanged: true, known: first.known }
    text =
      text.slice(0, first.index) +
      literalOf(first.known.value) +
      text.slice(first.index + first.whole.length)
    isChanged = true
  }
}

/** Helpers that everybody writes alike, where their answer is certain. */
function folded(inner: string): { readonly value: Value } | undefined {
  const [helper, ...tokens] = tokensOf(inner)
  const values = tokens.map(valueOf)
  const [one, other] = values
  switch (helper?.text) {
    case 'not':
      return one && values.length === 1 ? { value: !one.value } : undefined
    case 'eq':
    case 'ne':
      return one && other && values.length === 2
        ? { value: (one.value === other.value) === (helper.text === 'eq') }
        : undefined
    case 'and':
      return values.some((value) => value && !value.value) ? { value: false } : undefined
    case 'or':
      return values.some((value) => value?.value === true) ? { value: true } : undefined
    default:
      return undefined
  }
}

function valueOf(token: Token): { readonly value: Value } | undefined {
  const text = textOfToken(token)
  if (text !== undefined) return { value: text }
  if (token.text === 'undefined') return { value: undefined }
  return /^(?:true|false)$/.test(token.text) ? { value: token.text === 'true' } : undefined
}

const PATH = /^(feature|features|flags|variant)\.([\w-]+)(?:\.([\w-]+))?$/

export const mustache: SectionLanguage = {
  condition({ kind, words }, forced) {
    const [, method = '', feature = '', variant] = PATH.exec(words) ?? []
    // Inside of the section of a variant each name is looked up in that.
    if (method === 'variant' ? variant === undefined : variant !== undefined) return undefined
    const outcome = answered({ method, feature, variant }, forced)
    return kind === '^' && outcome ? negated(outcome) : outcome
  },
  output(code, forced) {
    const [, method = '', feature = '', variant] = PATH.exec(code.trim()) ?? []
    const outcome = answered({ method, feature, variant }, forced)
    // There are no literals: what cannot be shown as it is stays.
    return outcome && isPlain(outcome.known?.value) ? outcome : { text: code, isChanged: false }
  },
  // `{{.}}` is the answer itself.
  isSameInside: (body) => !/\{\{\{?&?\s*\.\s*\}/.test(body),
}
