import type { ComponentChildren } from 'preact'
import { placeOf, type Scale } from './scale'

export interface Line {
  readonly name: string
  readonly color: string
  /** A value that is null is a gap. */
  readonly points: readonly (readonly [x: number, y: number | null])[]
}

interface LineChartProps {
  readonly label: string
  readonly lines: readonly Line[]
  readonly across: Scale
  readonly up: Scale
  readonly acrossText: (value: number) => string
  readonly upText: (value: number) => string
  /** What is drawn over the lines, placed in percent. */
  readonly children?: ComponentChildren
}

/** Lines over two axes. It grows with its place, and its colours are those of the page. */
export const LineChart = (props: LineChartProps) => {
  const { label, lines, across, up, acrossText, upText, children } = props
  return (
    <div class="lines" role="img" aria-label={label}>
      <div class="lines-area">
        {up.ticks.map((tick) => (
          <span key={tick} class="lines-level" style={{ bottom: `${placeOf(tick, up)}%` }}>
            <span>{upText(tick)}</span>
          </span>
        ))}
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          {lines.map((line) => (
            <path key={line.name} stroke={line.color} d={pathOf(line, across, up)} />
          ))}
        </svg>
        {children}
      </div>
      <div class="plot-ticks">
        {across.ticks.map((tick) => (
          <span key={tick} class="plot-tick" style={{ left: `${placeOf(tick, across)}%` }}>
            {acrossText(tick)}
          </span>
        ))}
      </div>
    </div>
  )
}

/** A point alone is drawn as a dot: a line to itself, with round ends. */
function pathOf({ points }: Line, across: Scale, up: Scale): string {
  let isDrawn = false
  return points
    .map(([x, y], i) => {
      const wasDrawn = isDrawn
      isDrawn = y !== null && y <= up.high
      if (!isDrawn) return ''
      const place = `${placeOf(x, across).toFixed(2)} ${(100 - placeOf(y ?? 0, up)).toFixed(2)}`
      const isLast = (points[i + 1]?.[1] ?? null) === null
      return wasDrawn ? `L${place}` : `M${place}${isLast ? `L${place}` : ''}`
    })
    .join('')
}
