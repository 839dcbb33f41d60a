import { only } from './blocks'
import type { Change } from './draft'
import type { Keyword, Open } from './keyword'
import type { Outcome } from './outcome'
import { textOfToken, tokensOf } from './tokens'

/** The next step for `{% switch variant("x") %}` of Nunjucks and `{% case "x" | variant %}` of Liquid. */
export function caseStep(
  text: string,
  { parts, end }: Open,
  evaluated: (code: string) => Outcome,
): readonly Change[] | undefined {
  const [opener, ...cases] = parts
  if (!opener || (opener.word !== 'switch' && opener.word !== 'case')) return undefined
  const { rest, restStart } = opener
  const subject = evaluated(rest)
  if (!subject.isChanged) return undefined
  const inPlace = [{ start: restStart, end: restStart + rest.length, text: subject.text }]
  if (!subject.known) return inPlace
  const at = chosenAt(cases, subject.known.value)
  if (at === undefined) return inPlace
  const isEmpty = (index: number): boolean =>
    cases[index]?.tag.end === (cases[index + 1] ?? end).tag.start
  // A case of Nunjucks with not even a blank in it goes on with the next.
  let shown = at
  if (opener.word === 'switch') while (shown < cases.length - 1 && isEmpty(shown)) shown++
  const branches = parts.map(({ tag }) => ({ tag, condition: { text: '', isChanged: false } }))
  return only(text, { branches, end: end.tag }, cases[shown] ? shown + 1 : undefined)
}

/** Which case has a value; behind the last when none has, undefined when that is not certain. */
function chosenAt(cases: readonly Keyword[], value: unknown): number | undefined {
  for (const [at, one] of cases.entries()) {
    if (one.word === 'else' || one.word === 'default') return at
    const values = tokensOf(one.rest).filter(({ text }) => text !== ',' && text !== 'or')
    const texts = values.map(textOfToken)
    if (texts.some((text) => text === undefined)) return undefined
    if (texts.includes(String(value)) && typeof value === 'string') return at
  }
  return cases.length
}
