import { hiddenCharacter } from '../../core/hidden-characters'
import type { Content } from '../../core/source'
import type { Parsed, TextProblem } from '../text/entry'
import { parse } from '../text/parse'
import { withDecrypted } from './decrypted'
import type { Dialect, Document } from './dialect'
import { growthbook } from './growthbook'
import { liveflag } from './liveflag'
import { overrides } from './overrides'

/** In this order each is asked whether a text is of its kind; the last takes every text. */
const dialects: readonly Dialect[] = [overrides, growthbook, liveflag]

/**
 * Parses a content and reads it by its dialect. `previous`: the document before, which makes
 * parsing faster.
 */
export function* readDocument(
  {
    text,
    format,
    document,
    decrypted = [],
    dialect: mark,
  }: Pick<Content, 'text' | 'format' | 'document' | 'decrypted' | 'dialect'>,
  previous?: Document,
): Generator<void, Document> {
  const marked = dialects.find(({ name }) => name === mark)
  const parsed = yield* parse(text, format, {
    previous: previous?.parsed,
    document,
    ...(marked?.featureOf && { featureOf: marked.featureOf }),
  })
  const whole = withDecrypted(parsed, decrypted)
  const read = (marked ?? dialectOf(whole)).read(whole)
  return read.fatal ? { ...read, fatal: withHidden(read.fatal, text) } : read
}

/** Further down, lines are not counted for the sake of a message. */
const LAST_LINE = 10_000

/** Of a longer line only the beginning is looked at. */
const LONGEST_LINE = 1000

/** Names the character that a reader of the line does not see, because it may be why it cannot be read. */
function withHidden(problem: TextProblem, text: string): TextProblem {
  const { code, line = LAST_LINE } = problem
  if (line >= LAST_LINE || (code !== 'syntax' && code !== 'not-an-object')) return problem
  let start = text.startsWith('\uFEFF') ? 1 : 0
  for (let above = 1; above < line; above++) start = text.indexOf('\n', start) + 1
  const end = text.indexOf('\n', start)
  const written = text.slice(start, end < 0 ? undefined : end).slice(0, LONGEST_LINE)
  const hidden = hiddenCharacter(written.replace(/\r$/, ''))
  return hidden
    ? { ...problem, message: `${problem.message}; the line has ${hidden.description}` }
    : problem
}

function dialectOf(parsed: Parsed): Dialect {
  return dialects.find((dialect) => dialect.isKindOf(parsed)) ?? liveflag
}
