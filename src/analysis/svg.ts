/** The charts are a few rectangles and lines, so they need no chart library. */

const WIDTH = 760
const MARGIN = 24
/** Where bars begin, and how long a whole one is. */
export const LABEL = 210
export const LONGEST = 370
const ROW = 30
/** The line above bars of one group. */
const GROUP = 22
const KEY_WIDTH = 110

/**
 * Colours that people with colour vision deficiency can distinguish: Okabe and Ito, Color Universal
 * Design (2008).
 */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#f0e442',
  '#555555',
]

export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? '#555555'

/** A part of a chart, drawn from its own top; parts are placed below one another. */
export interface Drawing {
  readonly height: number
  readonly shapes: string
}

export interface Bar {
  readonly label: string
  /** From 0 to 1. */
  readonly share: number
  /** Marked by a line, if it is known. */
  readonly expected?: number | null
  /** The text after the bar: `5,012, 25.1 %`. */
  readonly figures: string
  readonly colour: string
  /** What this bar and those after it are of; written above the first of them. */
  readonly group?: string
}

/** Characters that fit: a digit of the font is about seven wide. */
export const FITS = { label: 26, figures: 22, heading: 64, line: 100 }

/** A whole chart, for a browser or a page of docs. */
export function svg(title: string, subtitle: string, drawings: readonly Drawing[]): string {
  let top = 92
  const placed = drawings.map(({ height, shapes }) => {
    const group = `<g transform="translate(0 ${top})">${shapes}</g>`
    top += height + 28
    return group
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(MARGIN, 34, shortened(title, FITS.heading), 'font-size="18" font-weight="600"'),
    text(MARGIN, 56, shortened(subtitle, FITS.line), 'fill="#666"'),
    ...placed,
    '</svg>\n',
  ].join('\n')
}

/** What a whole bar may stand for; the smallest that all bars fit into is written on the chart. */
const SCALES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1]

function scaleOf(rows: readonly Bar[]): number {
  const most = Math.max(0, ...rows.flatMap(({ share, expected }) => [share, expected ?? 0]))
  return SCALES.find((scale) => most <= scale) ?? 1
}

/**
 * A bar for each, all to one scale, which is written beside the heading; a line says where a bar is
 * expected to end.
 */
export function bars(heading: string, rows: readonly Bar[]): Drawing {
  const scale = scaleOf(rows)
  const whole = `whole bar: ${Number((scale * 100).toFixed(2))} %`
  return stacked(heading, whole, rows, (row, y) => barAt(row, y, scale))
}

/** Rows below a heading and what they are measured by, each group under a line that names it. */
export function stacked<Row extends { readonly group?: string }>(
  heading: string,
  measure: string,
  rows: readonly Row[],
  drawnAt: (row: Row, y: number) => string,
): Drawing {
  let y = 16
  const shapes = rows.map((row, i) => {
    const isFirst = row.group !== undefined && row.group !== rows[i - 1]?.group
    const above = isFirst
      ? text(MARGIN, y + 12, shortened(row.group ?? '', FITS.line), 'fill="#444"')
      : ''
    y += isFirst ? GROUP : 0
    const drawn = above + drawnAt(row, y)
    y += ROW
    return drawn
  })
  return {
    height: y,
    shapes:
      text(MARGIN, 4, shortened(heading, FITS.heading), 'font-weight="600"') +
      text(LABEL + LONGEST + 14, 4, measure, 'fill="#666"') +
      shapes.join('\n'),
  }
}

function barAt({ label, share, expected, figures, colour }: Bar, y: number, scale: number): string {
  const length = (of: number): string => ((of / scale) * LONGEST).toFixed(1)
  const mark =
    expected === null || expected === undefined
      ? ''
      : `<path d="M${(LABEL + Number(length(expected))).toFixed(1)} ${y - 3}v26" stroke="#222" stroke-width="2"/>`
  return [
    text(LABEL - 10, y + 15, shortened(label, FITS.label), 'text-anchor="end"', label),
    `<path d="M${LABEL} ${y}h${LONGEST}v20h-${LONGEST}z" fill="#eee"/>`,
    `<rect x="${LABEL}" y="${y}" width="${length(share)}" height="20" fill="${colour}"/>`,
    mark,
    text(LABEL + LONGEST + 14, y + 15, shortened(figures, FITS.figures), 'fill="#444"', figures),
  ].join('')
}

/** Both ends of a text that is too long: names often differ at their ends. */
export function shortened(words: string, most: number): string {
  const letters = [...words]
  if (letters.length <= most) return words
  const head = Math.ceil((most - 1) / 2)
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`
}

/** What the colours mean, in one line. */
export function key(of: readonly { readonly words: string; readonly colour: string }[]): Drawing {
  const shapes = of.map(({ words, colour }, i) => {
    const x = MARGIN + i * KEY_WIDTH
    return `<rect x="${x}" y="-10" width="12" height="12" fill="${colour}"/>${text(x + 18, 0, words, '')}`
  })
  return { height: 4, shapes: shapes.join('') }
}

export interface Column {
  readonly label: string
  /** From the bottom up. */
  readonly parts: readonly { readonly count: number; readonly colour: string }[]
}

const HEIGHT = 140

/**
 * Stacked columns, such as days; the first and the last have their label below, and the highest its
 * count.
 */
export function columns(
  heading: string,
  stacks: readonly Column[],
  shown: (count: number) => string,
): Drawing {
  const sums = stacks.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0))
  const most = Math.max(1, ...sums)
  const step = Math.min(40, (WIDTH - 2 * MARGIN) / Math.max(1, stacks.length))
  const shapes = stacks.map(({ parts }, i) => {
    let bottom = 20 + HEIGHT
    return parts
      .map(({ count, colour }) => {
        const height = (count / most) * HEIGHT
        bottom -= height
        return `<rect x="${(MARGIN + i * step).toFixed(1)}" y="${bottom.toFixed(1)}" width="${(step * 0.85).toFixed(1)}" height="${height.toFixed(1)}" fill="${colour}"/>`
      })
      .join('')
  })
  const ends = [
    text(MARGIN, 20 + HEIGHT + 18, stacks[0]?.label ?? '', 'fill="#666"'),
    stacks.length < 4
      ? ''
      : text(
          MARGIN + stacks.length * step,
          20 + HEIGHT + 18,
          stacks.at(-1)?.label ?? '',
          'fill="#666" text-anchor="end"',
        ),
  ]
  return {
    height: 20 + HEIGHT + 22,
    shapes: [
      text(MARGIN, 4, `${heading}, at most ${shown(most)}`, 'font-weight="600"'),
      ...shapes,
      ...ends,
    ].join('\n'),
  }
}

/** `whole`: what a reader who points at it gets, if that is more. */
export const text = (
  x: number,
  y: number,
  words: string,
  attributes: string,
  whole = words,
): string =>
  `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${whole === words ? '' : `<title>${escaped(whole)}</title>`}${escaped(words)}</text>`

/**
 * Names come from files and stores: what XML cannot hold, and what would turn the text around, is
 * left out.
 */
function escaped(words: string): string {
  return words
    .replace(/[\p{Cc}\p{Surrogate}\p{Bidi_Control}\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
