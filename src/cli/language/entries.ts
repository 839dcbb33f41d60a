import type { Format } from '../../core/source'

/** An entry of a live config that is being edited, found without parsing: the text may be broken. */
export interface TextEntry {
  /** Without `feature_`. */
  readonly name: string
  /** The offset of its key, and of what is behind its last line. */
  readonly start: number
  readonly end: number
  /** The offset of `feature_…` itself, which is behind a quote in JSON. */
  readonly keyStart: number
}

/** The key of an entry at the beginning of a line. A key of JSON has the least indentation of all. */
const KEYS: Readonly<Record<Format, RegExp>> = {
  yaml: /^(['"]?)(feature_[^\s:'"]+)\1\s*:/gm,
  json: /^[ \t]*\{?[ \t]*(")(feature_[^"\\]+)"\s*:/gm,
  ini: /^[ \t]*()(feature_[^\s=:]+)\s*[=:]/gm,
}
const PREFIX = 'feature_'.length

/** The entries of a text, in its order. Takes a few milliseconds for each megabyte. */
export function entriesIn(text: string, format: Format): readonly TextEntry[] {
  const found: Omit<TextEntry, 'end'>[] = []
  for (const match of text.matchAll(KEYS[format])) {
    const key = match[2] ?? ''
    const keyStart = match.index + match[0].indexOf(key)
    const start = keyStart - (match[1] ?? '').length
    found.push({ name: key.slice(PREFIX), start, keyStart })
  }
  return found.map((entry, n) => ({ ...entry, end: found[n + 1]?.start ?? text.length }))
}

/** The entry that an offset is in; undefined above the first. */
export function entryAt(entries: readonly TextEntry[], offset: number): TextEntry | undefined {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return entries[low - 1]
}
