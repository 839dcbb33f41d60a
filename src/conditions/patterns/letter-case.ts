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

/** Folds a text as the flag `i` does: two texts that differ in case only fold to the same. */
export function foldCase(text: string): string {
  let folded = ''
  for (let i = 0; i < text.length; i++) folded += String.fromCharCode(canonical(text.charCodeAt(i)))
  return folded
}

/** Adds the units that differ only in case from one of the set. */
export type CaseFolding = (units: Units) => Units

/**
 * The letters of ASCII are read when the first pattern needs them, the others only when a pattern
 * has such a letter: no letter of ASCII is the other case of one beyond it.
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

/** Groups of units that differ only in case; units without such a partner are left out. */
function families(first: number, last: number): readonly Units[] {
  const byCanonical = new Map<number, Units>()
  for (let code = first; code <= last; code++) {
    const head = canonical(code)
    if (head !== code)
      byCanonical.set(head, [...(byCanonical.get(head) ?? unit(head)), ...unit(code)])
  }
  return [...byCanonical.values()]
}
