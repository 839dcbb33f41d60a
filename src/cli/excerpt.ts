import { printable } from './output'

/** More of a line than this is no help to anyone. */
const WIDTH = 100
/** How much of the line stands before the column, when the line must be cut. */
const BEFORE = 40

/** Characters of East Asian scripts take two columns. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g

/** The part of a line around a column, and a caret that stands under that column when both are printed. */
export function excerpt(line: string, column: number): { readonly shown: string; readonly caret: string } {
  const start = line.length > WIDTH ? Math.max(0, Math.min(column - 1 - BEFORE, line.length - WIDTH)) : 0
  const head = `${start > 0 ? '…' : ''}${printable(line.slice(start, column - 1))}`
  const rest = `${printable(line.slice(Math.max(start, column - 1), start + WIDTH))}${start + WIDTH < line.length ? '…' : ''}`
  return { shown: head + rest, caret: `${head.replace(WIDE, '  ').replace(/[^ ]/g, ' ')}^` }
}

/** The lines of a text, counted as problems count them. */
export const linesOf = (text: string): readonly string[] => text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
