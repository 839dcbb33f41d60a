import type { JsonValue } from '../core/json'
import type { Path, Position, Problem } from '../core/problem'
import type { Format } from '../core/source'
import { atOnce } from '../runtime/time-slice'
import { parse } from './text/parse'

/** A text that is no live config, read as one: each top-level key with its value and its places. */
export interface DocumentMember {
  readonly key: string
  readonly value: JsonValue
  locate(path: Path, target?: 'key' | 'value'): Position
}

/** Reads a file beside a live config, such as one of tests, with the same parser and problems. */
export function readDocument(
  text: string,
  format: Format,
): { readonly members: readonly DocumentMember[]; readonly problems: readonly Problem[] } {
  const { entries, problems, fatal } = atOnce(parse(text, format, { featureOf: (key) => key }))
  return { members: entries, problems: fatal ? [fatal, ...problems] : problems }
}
