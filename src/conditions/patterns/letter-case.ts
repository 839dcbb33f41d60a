import { includes, LAST_UNIT, unit, type Units } from './code-units'

const ASCII_LAST = 0x7f

/**
 * The unit by which JavaScript's flag `i` compares: the upper case, unless that is several units,
 * or ASCII for one that is not.
 */
function canonical(code: number): number {
  const upper = String.fromCharCode(code).toUpperCase()
  const upperCode = upper.charCodeAt(0)
  return upper.length !== 1 || (code > ASCII_LAST && upperCode <= ASCII_LAST) ? code : upperCode
}

/** A text of which two are equal when they differ in case only, as the flag `i` has it. */
export function foldCase(text: string): string {
  let folded = ''
  for (let i = 0; i < text.length; i++) folded += String.fromCharCode(canonical(text.charCodeAt(i)))
  return folded
}

/** Adds to a set of units all that differ from one of them in case only. */
export type CaseFolding = (units: Units) => Units

/**
 * Letters are looked through once a pattern needs them, beyond ASCII only when it has such: no
 * letter of ASCII is the other case of one.
 */
export function createCaseFolding(): CaseFolding {
  let ascii: readonly Units[] | undefined
  let beyond: readonly Units[] | undefined
  return (units) => {
    ascii ??= families(0, ASCII_LAST)
    if (units.some(([, last]) => last > ASCII_LAST)) beyond ??= families(ASCII_LAST + 1, LAST_UNIT)
    const related = [...ascii, ...(beyond ?? [])].filter((family) =>
      family.some(([code]) => includes(units, code)),
    )
    return [...units, ...related.flat()]
  }
}

/** The units that have company, together with it. */
function families(first: number, last: number): readonly Units[] {
  const byCanonical = new Map<number, Units>()
  for (let code = first; code <= last; code++) {
    const head = canonical(code)
    if (head !== code)
      byCanonical.set(head, [...(byCanonical.get(head) ?? unit(head)), ...unit(code)])
  }
  return [...byCanonical.values()]
}
