import type { JsonValue } from '../../core/json'
import type { Position } from '../../core/problem'
import type { DecryptedPart } from '../../core/source'
import type { Entry, Parsed, TextProblem } from '../text/entry'
import { inspectedAt } from '../text/parse'

/** The text's entries, with decrypted parts in the place of the entries with the same keys. */
export function withDecrypted(parsed: Parsed, parts: readonly DecryptedPart[]): Parsed {
  if (parsed.fatal || parts.length === 0) return parsed
  const keys = new Set(parts.map(({ key }) => key))
  const decrypted = parts.map((part) => inspected(parsed, part))
  return {
    ...parsed,
    entries: [
      ...parsed.entries.filter(({ key }) => !keys.has(key)),
      ...decrypted.map(({ entry }) => entry),
    ],
    problems: [...parsed.problems, ...decrypted.flatMap(({ problems }) => problems)],
  }
}

function inspected(
  { entries }: Parsed,
  { key, value, from, text }: DecryptedPart,
): { readonly entry: Entry; readonly problems: readonly TextProblem[] } {
  const position = entries.find((entry) => entry.key === from)?.position ?? START
  const whole = text === undefined ? { value, problems: [] } : inspectedAt(position, text, value)
  return {
    entry: new DecryptedEntry(key, whole.value, position),
    problems: whole.problems.map((problem) => ({
      ...problem,
      message: `in the decrypted ${key}: ${problem.message}`,
    })),
  }
}

const START: Position = { line: 1, column: 1 }

/**
 * An entry of a decrypted part. It has no place of its own in the text, so every problem is at the
 * encrypted part.
 */
class DecryptedEntry implements Entry {
  constructor(
    readonly key: string,
    readonly value: JsonValue,
    readonly position: Position,
  ) {}

  locate(): Position {
    return this.position
  }
}
