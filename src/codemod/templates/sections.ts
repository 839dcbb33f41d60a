import type { Forced } from '../rewriting/answer'
import { type Block, type Branch, stepOf } from './blocks'
import type { Change } from './draft'
import type { Engine, Tag } from './engines'
import { isPlain, shownAs } from './outcome'
import {
  handlebars,
  inBrackets,
  mustache,
  type Section,
  type SectionLanguage,
} from './section-languages'

const SECTION = /^(\s*([#^/]?)\s*)([\s\S]*?)\s*$/

function sectionOf(tag: Tag): Section | undefined {
  const [, lead = '', mark = '', words = ''] = SECTION.exec(tag.code) ?? []
  const at = { tag, wordsStart: tag.codeStart + lead.length, words }
  const word = /^[^\s}]*/.exec(words)?.[0] ?? ''
  if (mark === '^' && words === '') return { ...at, kind: 'else', word: '' }
  if (mark === '#' || mark === '^' || mark === '/') return { ...at, kind: mark, word }
  const [chain] = /^else(?:\s+|$)/.exec(words) ?? []
  if (chain === undefined) return undefined
  const rest = words.slice(chain.length)
  return {
    tag,
    kind: 'else',
    wordsStart: at.wordsStart + chain.length,
    words: rest,
    word: /^\S*/.exec(rest)?.[0] ?? '',
  }
}

/** The next step to take a feature out of a template of Handlebars or Mustache. */
export function sectionStep(
  text: string,
  tags: readonly Tag[],
  { name }: Engine,
  forced: Forced,
): readonly Change[] | undefined {
  const language = name === 'Mustache' ? mustache : handlebars
  for (const block of blocksOf(tags)) {
    const step = blockStep(text, block, language, forced)
    if (step) return step
  }
  for (const tag of tags) {
    const step = sectionOf(tag) === undefined ? outputStep(tag, language, forced) : undefined
    if (step) return step
    const inside = language === handlebars ? insideStep(tag, forced) : undefined
    if (inside) return inside
  }
  return undefined
}

interface Open {
  readonly parts: readonly Section[]
  readonly end: Section
}

function blocksOf(tags: readonly Tag[]): readonly Open[] {
  const stack: Section[][] = []
  const found: Open[] = []
  for (const tag of tags) {
    const section = sectionOf(tag)
    if (!section) continue
    if (section.kind === 'else') stack.at(-1)?.push(section)
    else if (section.kind !== '/') stack.push([section])
    else {
      const parts = stack.pop()
      if (parts) found.push({ parts, end: section })
    }
  }
  return found.sort((a, b) => (a.parts[0]?.tag.start ?? 0) - (b.parts[0]?.tag.start ?? 0))
}

function blockStep(
  text: string,
  { parts, end }: Open,
  language: SectionLanguage,
  forced: Forced,
): readonly Change[] | undefined {
  const [opener] = parts
  if (!opener || !language.isSameInside(text.slice(opener.tag.end, end.tag.start))) return undefined
  const branches = parts.map((part): Branch => branchOf(part, language, forced))
  const block: Block = { branches, end: end.tag }
  return stepOf(text, block)
}

function branchOf(section: Section, language: SectionLanguage, forced: Forced): Branch {
  const { tag, kind, word, words, wordsStart } = section
  if (kind === 'else' && words === '')
    return { tag, condition: { text: '', isChanged: false, known: { value: true } } }
  const condition = language.condition(section, forced) ?? { text: words, isChanged: false }
  const start = wordsStart + word.length
  return {
    tag,
    condition,
    withCondition: (text) => ({ start, end: wordsStart + words.length, text: ` ${text}` }),
    asFirst: (end) => asFirst(section, end),
    asElse: () => [{ start: wordsStart - (words ? 1 : 0), end: wordsStart + words.length }],
  }
}

/** `{{else if a}}` becomes `{{#if a}}`, and the end of the block ends that. */
function asFirst({ tag, word, wordsStart }: Section, end: Tag): readonly Change[] {
  const ending = sectionOf(end)
  return [
    { start: tag.codeStart, end: wordsStart, text: '#' },
    ...(ending
      ? [{ start: ending.wordsStart, end: ending.wordsStart + ending.words.length, text: word }]
      : []),
  ]
}

function outputStep(
  tag: Tag,
  language: SectionLanguage,
  forced: Forced,
): readonly Change[] | undefined {
  const { text, isChanged, known } = language.output(tag.code, forced)
  if (!isChanged) return undefined
  const isBare = tag.trimsBefore === 'nothing' && tag.trimsAfter === 'nothing'
  return isBare && known && isPlain(known.value)
    ? [{ start: tag.start, end: tag.end, text: shownAs(known.value) }]
    : [{ start: tag.codeStart, end: tag.codeStart + tag.code.length, text }]
}

/** Questions that are given to any other helper, as in `{{#each (list (isEnabled "x"))}}`. */
function insideStep(tag: Tag, forced: Forced): readonly Change[] | undefined {
  const { text, isChanged } = inBrackets(tag.code, forced)
  return isChanged
    ? [{ start: tag.codeStart, end: tag.codeStart + tag.code.length, text }]
    : undefined
}
