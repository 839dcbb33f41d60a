import { many } from './figures'

const WIDTH = 96
const HEIGHT = 22

/** Questions a minute, the newest on the right. A line of points needs no library. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const top = Math.max(...values, 0)
  if (top === 0) return <span class="muted small">not asked lately</span>
  const step = WIDTH / Math.max(1, values.length - 1)
  const points = values.map((value, index) => {
    const y = HEIGHT - 1 - (value / top) * (HEIGHT - 3)
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`
  })
  const newest = values.at(-1) ?? 0
  return (
    <svg
      class="sparkline"
      role="img"
      aria-label={`asked ${many(newest, 'time')} in the last minute, at most ${top}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <polygon
        class="sparkline-area"
        points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`}
      />
      <polyline class="sparkline-line" points={points.join(' ')} />
    </svg>
  )
}
