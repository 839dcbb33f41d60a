import type { Content } from '../../core/source'
import type { Parsed } from '../text/entry'
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
  return (marked ?? dialectOf(whole)).read(whole)
}

function dialectOf(parsed: Parsed): Dialect {
  return dialects.find((dialect) => dialect.isKindOf(parsed)) ?? liveflag
}
