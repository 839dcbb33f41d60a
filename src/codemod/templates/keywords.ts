import type { Forced, Value } from '../rewriting/answer'
import { type Block, type Branch, stepOf } from './blocks'
import type { Change } from './draft'
import type { Engine, Tag } from './engines'
import { liquidAnswer, nunjucksAnswer, tagAnswer } from './keyword-answers'
import { NunjucksExpression } from './nunjucks-expression'
import { isPlain, type Outcome, shownAs } from './outcome'
import { caseStep } from './cases'
import type { Keyword, Open } from './keyword'
import { tokensOf } from './tokens'

const ENDS: Readonly<Record<string, string>> = {
  ifAsync: 'endif',
  asyncEach: 'endeach',
  asyncAll: 'endall',
}
const LOOP = /^(?:for|asyncEach|asyncAll)$/
const LOOPED = /^.*?\bin\s+/s
const ASSIGNED = /^[^=]*=\s*/
/** What stands before the expression of a tag. */
const BEFORE_PART: Readonly<Record<string, RegExp>> = {
  set: ASSIGNED,
  assign: ASSIGNED,
  for: LOOPED,
  asyncEach: LOOPED,
  asyncAll: LOOPED,
}
/** What stands behind it. */
const AFTER_PART: Readonly<Record<string, RegExp>> = {
  include: /\s+ignore\s+missing$/,
  import: /\s+as\s+\w+(?:\s+with(?:out)?\s+context)?$/,
  from: /\s+import\s.*$/s,
}
const MIDDLE = new Set(['else', 'elif', 'elseif', 'elsif', 'case', 'default', 'when'])

/** The next step to take a feature out of a template of Nunjucks or Liquid. */
export function keywordStep(
  text: string,
  tags: readonly Tag[],
  { name }: Engine,
  forced: Forced,
): readonly Change[] | undefined {
  const isLiquid = name === 'Liquid'
  const evaluated = (code: string, isTest: boolean): Outcome =>
    isLiquid
      ? inLiquid(code, forced)
      : new NunjucksExpression(code, nunjucksAnswer(forced)).whole(isTest)
  const keywords = tags.filter(({ isOutput }) => !isOutput).map(keywordOf)
  const opens = blocksOf(keywords)
  for (const open of opens) {
    const step =
      caseStep(text, open, (code) => evaluated(code, false)) ??
      blockStep(text, open, evaluated, forced)
    if (step) return step
  }
  for (const tag of tags) {
    const step = tag.isOutput ? outputStep(tag, evaluated) : partStep(keywordOf(tag), evaluated)
    if (step) return step
  }
  return undefined
}

type Evaluate = (code: string, isTest: boolean) => Outcome

function keywordOf(tag: Tag): Keyword {
  const [whole = '', word = ''] = /^\s*([\w-]+)\s*/.exec(tag.code) ?? []
  const restStart = tag.codeStart + whole.length
  return { tag, word, rest: tag.code.slice(whole.length).trimEnd(), restStart }
}

/** The blocks of a text, in the order in which they begin. */
function blocksOf(keywords: readonly Keyword[]): readonly Open[] {
  const ended = new Set(keywords.map(({ word }) => word))
  const stack: Keyword[][] = []
  const found: Open[] = []
  for (const keyword of keywords) {
    const { word } = keyword
    if (/^end/.test(word)) {
      const at = stack.findLastIndex(([opener]) => opener && endOf(opener.word) === word)
      const [parts] = at < 0 ? [] : stack.splice(at)
      if (parts) found.push({ parts, end: keyword })
    } else if (MIDDLE.has(word)) {
      if (word === 'case' && ended.has('endcase')) stack.push([keyword])
      else stack.at(-1)?.push(keyword)
    } else if (ended.has(endOf(word)) && !isAssignment(keyword)) stack.push([keyword])
  }
  return found.sort((a, b) => (a.parts[0]?.tag.start ?? 0) - (b.parts[0]?.tag.start ?? 0))
}

const endOf = (word: string): string => ENDS[word] ?? `end${word}`

/** `{% set a = 1 %}`, which needs no end as `{% set a %}` does. */
const isAssignment = ({ word, rest }: Keyword): boolean => word === 'set' && rest.includes('=')

function blockStep(
  text: string,
  { parts, end }: Open,
  evaluated: Evaluate,
  forced: Forced,
): readonly Change[] | undefined {
  const [opener] = parts
  if (!opener || !['if', 'ifAsync', 'unless', 'feature'].includes(opener.word)) return undefined
  const branches = parts.map((part) => branchOf(part, evaluated, forced))
  const block: Block = { branches, end: end.tag }
  return stepOf(text, block)
}

function branchOf(keyword: Keyword, evaluated: Evaluate, forced: Forced): Branch {
  const { tag, word, rest, restStart } = keyword
  if (word === 'else')
    return { tag, condition: { text: '', isChanged: false, known: { value: true } } }
  if (word === 'feature') {
    const known = tagAnswer(tokensOf(rest), forced)
    return { tag, condition: { text: rest, isChanged: known !== undefined, known } }
  }
  const outcome = evaluated(rest, true)
  const wordStart =
    restStart -
    (/\s*$/.exec(tag.code.slice(0, restStart - tag.codeStart))?.[0].length ?? 0) -
    word.length
  return {
    tag,
    condition: word === 'unless' ? negated(outcome) : outcome,
    withCondition: (text) => ({ start: restStart, end: restStart + rest.length, text }),
    asFirst: () => [{ start: wordStart, end: wordStart + word.length, text: 'if' }],
    asElse: () => [{ start: wordStart, end: restStart + rest.length, text: 'else' }],
  }
}

const negated = (outcome: Outcome): Outcome =>
  outcome.known ? { ...outcome, known: { value: !outcome.known.value } } : outcome

/** A value of Liquid: a question, or one with more filters behind it. */
function inLiquid(code: string, forced: Forced): Outcome {
  const tokens = tokensOf(code)
  const found = liquidAnswer(tokens, forced)
  if (!found) return { text: code, isChanged: false }
  const next = tokens[found.length]
  const text = liquidLiteral(found.value)
  if (!next) return { text, isChanged: true, known: found }
  return next.text === '|'
    ? { text: `${text} ${code.slice(next.start)}`, isChanged: true }
    : { text: code, isChanged: false }
}

const liquidLiteral = (value: Value): string =>
  typeof value === 'string' ? `"${value}"` : value === undefined ? 'nil' : String(value)

/** `{{ isEnabled("x") }}` */
function outputStep(tag: Tag, evaluated: Evaluate): readonly Change[] | undefined {
  const { text, isChanged, known } = evaluated(tag.code, false)
  if (!isChanged) return undefined
  const isBare = tag.trimsBefore === 'nothing' && tag.trimsAfter === 'nothing'
  return isBare && known && isPlain(known.value)
    ? [{ start: tag.start, end: tag.end, text: shownAs(known.value) }]
    : [{ start: tag.codeStart, end: tag.codeStart + tag.code.length, text: spaced(tag.code, text) }]
}

/** With the blanks that were at both sides. */
const spaced = (old: string, text: string): string =>
  `${/^\s*/.exec(old)?.[0] ?? ''}${text.trim()}${/\s*$/.exec(old)?.[0] ?? ''}`

/** Questions in any other tag. */
function partStep(
  { word, rest, restStart }: Keyword,
  evaluated: Evaluate,
): readonly Change[] | undefined {
  if (/^end|^(?:if|ifAsync|unless|feature|elif|elseif|elsif|else|case)$/.test(word))
    return undefined
  const before = BEFORE_PART[word]?.exec(rest)?.[0].length ?? 0
  const after = AFTER_PART[word]?.exec(rest.slice(before))?.[0].length ?? 0
  const start = restStart + before
  const code = rest.slice(before, rest.length - after)
  const { text, isChanged, known } = evaluated(code, false)
  if (!isChanged) return undefined
  // Without an else there is nothing to go through.
  const isNothing = LOOP.test(word) && known?.value === ''
  return [{ start, end: start + code.length, text: isNothing ? '[]' : text }]
}
