/** A line of cells. */
export type Row = readonly string[]

/**
 * Lays out rows; each column is as wide as its widest cell. Figures are right-aligned, the columns
 * of `left` left-aligned.
 */
export function table(rows: readonly Row[], left: readonly number[] = [0]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const padded = (cell: string, column: number): string =>
    left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => `  ${row.map(padded).join('  ')}`.trimEnd())
}

const BLOCKS = ' ▏▎▍▌▋▊▉█'
const BAR = 24

/** A bar of at most 24 columns for a share from 0 to 1; anything above 0 shows. */
export function bar(share: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(Math.min(1, share) * BAR * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (BLOCKS[eighths % 8] ?? '').trimEnd()
}

const LEVELS = '▁▂▃▄▅▆▇█'

/** One column for each number, by its part of the greatest; 0 is blank. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts)
  return counts
    .map((count) =>
      count === 0
        ? ' '
        : (LEVELS[Math.min(LEVELS.length - 1, Math.floor((count / most) * LEVELS.length))] ?? ''),
    )
    .join('')
}
