/** Characters that databases cannot hold in a text: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu
/** How `storable` writes them; a text that reads like this is written in the same way. */
const WRITTEN = /\\u(?:0000|d[89a-f][0-9a-f]{2})/
/** A quick test: a text without any of these, as most are, is stored as it is. */
const SUSPECT = /[\0\\\ud800-\udfff]/

/**
 * Returns a text that every database can hold. In one with characters that some cannot hold, these
 * are written as JSON escapes them, and each backslash twice: no other text is stored like it, and
 * `restoredText` returns what it was. Ids are hashed as they are, so they must not get lost.
 */
export function storable(value: string): string {
  if (!SUSPECT.test(value)) return value
  const isToWrite = value.search(UNSTORABLE) >= 0 || WRITTEN.test(value)
  return isToWrite ? value.replaceAll('\\', '\\\\').replace(UNSTORABLE, escaped) : value
}

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The text that `storable` was given. */
export const restoredText = (stored: string): string =>
  WRITTEN.test(stored)
    ? stored.replace(/\\(?:\\|u([0-9a-f]{4}))/g, (_, code?: string) =>
        code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
      )
    : stored
