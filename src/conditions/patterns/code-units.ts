/** Sets of UTF-16 code units: the characters of JavaScript's patterns without the flag `u`. */
export type Units = readonly (readonly [first: number, last: number])[]

export const LAST_UNIT = 0xffff

export const DIGITS: Units = [[0x30, 0x39]]
export const WORD: Units = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]
export const SPACE: Units = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
export const LINE_ENDS: Units = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]

export const unit = (code: number): Units => [[code, code]]

export const includes = (units: Units, code: number): boolean =>
  units.some(([first, last]) => first <= code && code <= last)

/** All units that are not among these. */
export function complement(units: Units): Units {
  const rest: [number, number][] = []
  let next = 0
  for (const [first, last] of [...units].sort(([a], [b]) => a - b)) {
    if (first > next) rest.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= LAST_UNIT) rest.push([next, LAST_UNIT])
  return rest
}
