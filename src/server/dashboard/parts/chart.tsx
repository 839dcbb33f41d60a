import type { Series } from '../../admin/contract'
import { seriesColor } from './colors'
import { count } from './figures'
import { LineChart } from './line-chart'
import { scaleOf, type Scale } from './scale'

/** Counts over time as lines; the numbers are below it as a table, for whoever cannot see lines. */
export function Chart({ series, label }: { readonly series: Series; readonly label: string }) {
  const { starts, stepMs, counts } = series
  const names = Object.keys(counts)
  const most = Math.max(1, ...Object.values(counts).flat())
  return (
    <figure class="chart">
      <ul class="legend">
        {names.map((name, index) => (
          <li key={name}>
            <span class="legend-mark" style={{ background: seriesColor(index, name) }} />
            {name}
            <span class="muted"> {count(sum(counts[name] ?? []))}</span>
          </li>
        ))}
      </ul>
      <LineChart
        label={label}
        lines={names.map((name, index) => ({
          name,
          color: seriesColor(index, name),
          points: starts.map((start, i) => [start, counts[name]?.[i] ?? 0]),
        }))}
        across={timesOf(starts)}
        up={scaleOf(0, most * ROOM)}
        acrossText={(start) => shortText(start, stepMs)}
        upText={count}
      />
      <details>
        <summary class="small">As a table</summary>
        <SeriesTable series={series} names={names} label={label} />
      </details>
    </figure>
  )
}

/** Above the highest line. */
const ROOM = 1.1
/** A phone has room for so many times. */
const MOST_TIMES = 6

/** Some of the times, evenly apart. */
function timesOf(starts: readonly number[]): Scale {
  const each = Math.ceil(starts.length / MOST_TIMES)
  return {
    low: starts[0] ?? 0,
    high: starts.at(-1) ?? 1,
    ticks: starts.filter((_, i) => i % each === 0),
  }
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })

const shortText = (start: number, stepMs: number): string =>
  stepMs > HOUR_MS ? day.format(start) : new Date(start).toISOString().slice(11, 16)

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
