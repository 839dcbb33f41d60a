/**
 * Characters that a reader cannot see, or takes for others: a key with one of them is another key,
 * though it looks the same.
 */

/** What each is called; the ranges that follow have the last name. */
const INVISIBLE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/[\u00A0\u2007\u202F]/, 'a no-break space'],
  [/\u00AD/, 'a soft hyphen'],
  [/\uFEFF/, 'a byte-order mark, as where two files were joined'],
  [/[\u200B-\u200D\u2060-\u2064]/, 'a character of no width'],
  [/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/, 'a mark of writing direction'],
  [/[\u1680\u2000-\u2006\u2008-\u200A\u205F\u2800\u3000]/, 'an unusual space'],
  [/[\u2028\u2029\u0085]/, 'an unusual line break'],
  [/(?![\t-\r])\p{Cc}/u, 'a control character'],
  // An emoji may need one to be drawn in colour, a letter never does.
  [/(?<=^|[\p{L}\p{N}\p{P}])[\uFE00-\uFE0F]/u, 'a variation selector'],
  [/(?![\uFE00-\uFE0F])\p{Default_Ignorable_Code_Point}/u, 'a character that is not shown'],
]

const ALL_INVISIBLE = new RegExp(INVISIBLE.map(([{ source }]) => source).join('|'), 'gu')

/** Letters of Cyrillic and Greek that look like Latin ones. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map(
  [
    ['аАΑα', 'a'],
    ['ВΒ', 'b'],
    ['сСϲ', 'c'],
    ['ԁ', 'd'],
    ['еЕΕё', 'e'],
    ['ҺһΗНн', 'h'],
    ['іІΙι', 'i'],
    ['јЈ', 'j'],
    ['КкΚκ', 'k'],
    ['МмΜ', 'm'],
    ['Νν', 'n'],
    ['оОΟο', 'o'],
    ['рРΡρ', 'p'],
    ['ѕЅ', 's'],
    ['ТтΤτ', 't'],
    ['υ', 'u'],
    ['хХΧχ', 'x'],
    ['уУΥ', 'y'],
    ['Ζ', 'z'],
  ].flatMap(([letters = '', latin = '']) => [...letters].map((letter) => [letter, latin] as const)),
)

/** Letters as wide as a character of Chinese, and letters of mathematics. */
const STYLED = /^[\uFF01-\uFF5E\u{1D400}-\u{1D7FF}]$/u

const DASHES = /[\u2010-\u2015\u2212\uFE58\uFF0D]/
const ALL_DASHES = new RegExp(DASHES, 'g')

const latinOf = (letter: string): string | undefined =>
  LOOKS_LIKE.get(letter) ?? (STYLED.test(letter) ? letter.normalize('NFKC') : undefined)

const QUOTES =
  /^["'\u2018-\u201F\u2039\u203A\u00AB\u00BB`]+|["'\u2018-\u201F\u2039\u203A\u00AB\u00BB`]+$/g
const CURLY = /^[\u2018-\u201F\u2039\u203A\u00AB\u00BB]|[\u2018-\u201F\u2039\u203A\u00AB\u00BB]$/

/** A character that is not what it looks like: where it is, and what to say of it. */
export interface HiddenCharacter {
  /** Its index in the text, in UTF-16 code units. */
  readonly index: number
  /** `U+200B, a character of no width` */
  readonly description: string
}

/**
 * The first character of a text that cannot be seen, that looks like a Latin letter among Latin
 * letters, or that is a typographic quote around the whole. Undefined of a text without one.
 */
export function hiddenCharacter(text: string): HiddenCharacter | undefined {
  if (isPlain(text)) return undefined
  for (const [pattern, name] of INVISIBLE) {
    const index = text.search(pattern)
    if (index >= 0) return { index, description: `${codePoint(text, index)}, ${name}` }
  }
  const curly = CURLY.exec(text)
  if (curly)
    return {
      index: curly.index,
      description: `${codePoint(text, curly.index)}, a typographic quote`,
    }
  return lookalike(text) ?? decomposed(text)
}

/**
 * The same of a key, in which a dash is a hyphen that an editor has changed. A name of a company may
 * have a dash.
 */
export function hiddenInKey(key: string): HiddenCharacter | undefined {
  const hidden = hiddenCharacter(key)
  if (hidden !== undefined || isPlain(key)) return hidden
  const index = key.search(DASHES)
  return index < 0
    ? undefined
    : { index, description: `${codePoint(key, index)}, a dash that is no hyphen` }
}

/** `é` as `e` and an accent, as names of files of a Mac are, is not the `é` of a keyboard. */
function decomposed(text: string): HiddenCharacter | undefined {
  const composed = text.normalize('NFC')
  if (composed.length >= text.length) return undefined
  let same = 0
  while (text[same] === composed[same]) same++
  const mark = text.slice(same).search(/\p{M}/u)
  const index = same + Math.max(0, mark)
  const description = `${codePoint(text, index)}, a part of a letter as a character of its own`
  return { index, description }
}

/** Whether a text has printable ASCII alone. A loop is faster here than a pattern: most texts are short. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

/** A text of one script is what it looks like, so a lookalike counts beside Latin letters alone. */
function lookalike(text: string): HiddenCharacter | undefined {
  if (!/[a-z]/i.test(text)) return undefined
  const letters = [...text]
  const found = letters.findIndex((letter) => latinOf(letter) !== undefined)
  if (found < 0 || !isAllLatin(letters)) return undefined
  const index = letters.slice(0, found).join('').length
  const latin = latinOf(letters[found] ?? '') ?? ''
  return {
    index,
    description: `${codePoint(text, index)}, a letter that looks like the Latin ${latin}`,
  }
}

const isAllLatin = (letters: readonly string[]): boolean =>
  letters.every((letter) => letter <= '\u024F' || latinOf(letter) !== undefined)

/** The text as a reader sees it: without what cannot be seen, and in Latin letters. */
export function asSeen(text: string): string {
  const seen = text
    .replace(ALL_INVISIBLE, '')
    .normalize('NFKC')
    .trim()
    .replace(QUOTES, '')
    .replace(ALL_DASHES, '-')
  return [...seen].map((letter) => latinOf(letter) ?? letter).join('')
}

const codePoint = (text: string, index: number): string =>
  `U+${(text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** What is wrong with a text that other texts are compared with; undefined when nothing is. */
export function notAsItLooks(text: string): string | undefined {
  const hidden = hiddenCharacter(text)
  return (
    hidden &&
    `${JSON.stringify(text)} has ${hidden.description}, so it is not the same as ${JSON.stringify(asSeen(text))}; type it anew`
  )
}
