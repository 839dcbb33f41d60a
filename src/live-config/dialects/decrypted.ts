import type { JsonValue } from '../../core/json'
import type { Position } from '../../core/problem'
import type { DecryptedPart } from '../../core/source'
import type { Entry, Parsed } from '../text/entry'

/** The text's entries, with decrypted parts in the place of the entries with the same keys. */
export function withDecrypted(parsed: Parsed, parts: readonly DecryptedPart[]): Parsed {
  if (parsed.fatal || parts.length === 0) return parsed
  const keys = new Set(parts.map(({ key }) => key))
  const start = { line: 1, column: 1 }
  return {
    ...parsed,
    entries: [
      ...parsed.entries.filter(({ key }) => !keys.has(key)),
      ...parts.map(({ key, value, from }) => {
        const encrypted = parsed.entries.find((entry) => entry.key === from)
        return new DecryptedEntry(key, value, encrypted?.position ?? start)
      }),
    ],
  }
}

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
