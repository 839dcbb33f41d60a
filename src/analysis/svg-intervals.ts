import type { Effect } from './effects'
import { type Drawing, FITS, LABEL, LONGEST, shortened, stacked, text } from './svg'

/** An effect with both of its intervals. */
export interface IntervalRow {
  readonly label: string
  readonly effect: Effect
  readonly colour: string
  /** What this row and those after it are of; written above the first of them. */
  readonly group?: string
}

/** An interval of every look that is wider than so many of one look is cut off. */
const MOST_TIMES = 3
const PADDING = 0.06

interface Scale {
  readonly low: number
  readonly high: number
}

/**
 * A row for each effect, all to one scale, whose ends are written beside the heading: a dot, a thick
 * line for one look, a thin one for every look, and an upright line at no effect.
 */
export function intervals(
  heading: string,
  rows: readonly IntervalRow[],
  shown: (value: number) => string,
): Drawing {
  const scale = scaleOf(rows.map(({ effect }) => effect))
  const ends = `${shown(scale.low)} to ${shown(scale.high)}`
  return stacked(heading, ends, rows, (row, y) => rowAt(row, y, scale, shown))
}

/** All intervals of one look, no effect, and of every look what does not make these too small. */
function scaleOf(effects: readonly Effect[]): Scale {
  const seen = effects.flatMap(({ value, interval }) => [value, ...(interval ?? [])])
  const once = [0, ...seen.filter(Number.isFinite)]
  const most = MOST_TIMES * Math.max(...once.map(Math.abs))
  const often = effects.flatMap(({ sequential }) => sequential ?? [])
  const all = [...once, ...often.map((end) => Math.max(-most, Math.min(most, end)))]
  const [least, greatest] = [Math.min(...all), Math.max(...all)]
  const pad = (greatest - least || 0.01) * PADDING
  // Less than nothing is no rate, so there is nothing to show below.
  return { low: Math.max(least - pad, Math.min(least, -1)), high: greatest + pad }
}

function rowAt(
  { label, effect, colour }: IntervalRow,
  y: number,
  { low, high }: Scale,
  shown: (value: number) => string,
): string {
  const place = (value: number): number =>
    LABEL + LONGEST * Math.max(0, Math.min(1, (value - low) / (high - low)))
  const line = (ends: Effect['interval'], width: number): string =>
    ends
      ? `<path d="M${place(ends[0]).toFixed(1)} ${y + 10}H${place(ends[1]).toFixed(1)}" stroke="${colour}" stroke-width="${width}"/>`
      : ''
  const { value, interval, sequential } = effect
  return [
    text(LABEL - 10, y + 15, shortened(label, FITS.label), 'text-anchor="end"', label),
    `<path d="M${place(0).toFixed(1)} ${y}v20" stroke="#999"/>`,
    line(sequential, 2),
    line(interval, 7),
    `<circle cx="${place(value).toFixed(1)}" cy="${y + 10}" r="5" fill="${colour}"/>`,
    text(LABEL + LONGEST + 14, y + 15, shown(value), 'fill="#444"'),
  ].join('')
}
