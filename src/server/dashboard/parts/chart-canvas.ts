import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Series } from '../../admin/contract'
import { resolvedColor, seriesColor } from './colors'

const HEIGHT = 200
const TRANSPARENT = 0.12

/** Draws the series into a box, again when the box or the theme changes; returns how to end it. */
export function drawChart(box: HTMLElement, series: Series): () => void {
  let chart: uPlot | undefined
  const draw = (): void => {
    chart?.destroy()
    chart = new uPlot(optionsFor(box.clientWidth, series), dataOf(series), box)
  }
  draw()
  const resized = new ResizeObserver(() => {
    chart?.setSize({ width: box.clientWidth, height: HEIGHT })
  })
  resized.observe(box)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', draw)
  addEventListener('liveflag:theme', draw)
  return () => {
    resized.disconnect()
    dark.removeEventListener('change', draw)
    removeEventListener('liveflag:theme', draw)
    chart?.destroy()
  }
}

const dataOf = ({ starts, counts }: Series): uPlot.AlignedData => [
  starts.map((ms) => ms / 1000),
  ...Object.values(counts).map((values) => [...values]),
]

function optionsFor(width: number, { counts }: Series): uPlot.Options {
  const names = Object.keys(counts)
  const text = resolvedColor('var(--muted)')
  const line = resolvedColor('var(--line)')
  const axis = {
    stroke: text,
    font: '12px system-ui',
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  }
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_, __, top) => [0, Math.max(1, top * 1.1)] } },
    axes: [axis, { ...axis, size: 56 }],
    series: [
      {},
      ...names.map((name, index) => {
        const stroke = resolvedColor(seriesColor(index, name))
        return {
          label: name,
          stroke,
          width: 1.75,
          points: { show: false },
          fill: faint(stroke, names),
        }
      }),
    ],
  }
}

/** Below a single line; areas of several would hide each other. */
const faint = (color: string, names: readonly string[]): string =>
  names.length > 1
    ? 'transparent'
    : color.replace('rgb(', 'rgba(').replace(')', `, ${TRANSPARENT})`)
