import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, root } from './files'

/**
 * A file of the project as text; a missing one is empty, so that each thing it lacks is named on
 * its own.
 */
export const textOf = (path: string): string =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''

/** README.md and everything below docs/. */
export function pages(): string[] {
  return ['README.md', ...filesBelow('docs', '.md').map((path) => `docs/${path}`)]
}

/** A fenced block: what stands after its back-ticks, where it begins, and what it holds. */
export interface Fence {
  readonly page: string
  readonly line: number
  readonly info: string
  readonly text: string
}

export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = []
  let open:
    { indent: string; marks: string; info: string; line: number; body: string[] } | undefined
  textOf(page)
    .split(/\r?\n/)
    .forEach((text, index) => {
      const [, indent = '', marks = '', info = ''] = /^(\s*)(`{3,})\s*(.*)$/.exec(text) ?? []
      if (open === undefined) {
        if (marks !== '') open = { indent, marks, info: info.trim(), line: index + 1, body: [] }
      } else if (marks.startsWith(open.marks) && info === '') {
        fences.push({ page, line: open.line, info: open.info, text: `${open.body.join('\n')}\n` })
        open = undefined
      } else {
        open.body.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text)
      }
    })
  if (open !== undefined) throw new Error(`${page}:${open.line}: a fenced block is never closed`)
  return fences
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())

/** The tables of a page whose first column has this heading: all their rows, cell by cell. */
export function rowsOf(page: string, heading: string): string[][] {
  const rows: string[][] = []
  let wanted = false
  let inTable = false
  for (const line of textOf(page).split(/\r?\n/)) {
    const isRow = line.trim().startsWith('|')
    if (isRow && !inTable) wanted = cellsOf(line)[0]?.toLowerCase() === heading
    else if (isRow && wanted && !/^[\s|:-]+$/.test(line)) rows.push(cellsOf(line))
    inTable = isRow
  }
  return rows
}

/** The words that a cell writes as code. */
export const codeWords = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)
