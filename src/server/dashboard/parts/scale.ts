/** What a plot shows, from one edge to the other. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
}

const TICKS = 4

/** From one value to another, with about four round numbers between. */
export function scaleOf(low: number, high: number): Scale {
  const raw = (high - low) / TICKS
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((one) => one * power >= raw) ?? 10) * power
  const first = Math.ceil(low / step)
  const last = Math.floor(high / step)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
  return { low, high, ticks }
}

/** Where a value is, in percent of the length; beyond an edge it is at the edge. */
export const placeOf = (value: number, { low, high }: Scale): number =>
  high === low ? 50 : Math.max(0, Math.min(100, (100 * (value - low)) / (high - low)))
