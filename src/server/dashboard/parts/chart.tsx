import { useEffect, useRef } from 'preact/hooks'
import type { Series } from '../../admin/contract'
import { seriesColor } from './colors'
import { count } from './figures'

/** Counts over time as lines; the numbers are below it as a table, for whoever cannot see lines. */
export function Chart({ series, label }: { readonly series: Series; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = place.current
    if (!box) return
    let stop: (() => void) | undefined
    let isGone = false
    import('./chart-canvas')
      .then(({ drawChart }) => {
        if (!isGone) stop = drawChart(box, series)
      })
      .catch(() => box.replaceChildren('No chart can be drawn here; the table has the numbers.'))
    return () => {
      isGone = true
      stop?.()
    }
  }, [series])
  const names = Object.keys(series.counts)
  return (
    <figure class="chart">
      <ul class="legend">
        {names.map((name, index) => (
          <li key={name}>
            <span class="legend-mark" style={{ background: seriesColor(index, name) }} />
            {name}
            <span class="muted"> {count(sum(series.counts[name] ?? []))}</span>
          </li>
        ))}
      </ul>
      <div ref={place} class="chart-box" role="img" aria-label={label} />
      <details>
        <summary class="small">As a table</summary>
        <SeriesTable series={series} names={names} label={label} />
      </details>
    </figure>
  )
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)

interface TableProps {
  readonly series: Series
  readonly names: readonly string[]
  readonly label: string
}

const HOUR_MS = 3_600_000

const SeriesTable = ({ series, names, label }: TableProps) => (
  <div class="scroll" role="region" aria-label={label} tabIndex={0}>
    <table class="table">
      <thead>
        <tr>
          <th scope="col">From (UTC)</th>
          {names.map((name) => (
            <th key={name} scope="col" class="number">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {series.starts.map((start, index) => (
          <tr key={start}>
            <th scope="row">{timeText(start, series.stepMs)}</th>
            {names.map((name) => (
              <td key={name} class="number">
                {count(series.counts[name]?.[index] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

function timeText(start: number, stepMs: number): string {
  const text = new Date(start).toISOString()
  return stepMs > HOUR_MS ? text.slice(0, 10) : text.slice(11, 16)
}
