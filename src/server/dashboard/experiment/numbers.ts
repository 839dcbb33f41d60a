import type { Figure, Measure } from './effects'

const MINUS = '−'
/** As many digits as tell one rate from the next. */
const DIGITS = 3

/** `11.4 %`, `0.312 %`, `100 %`. */
export const rateText = (rate: number): string => `${digits(rate * 100)} %`

/** `1,240`, `5.21`, `0.0312`. */
export const meanText = (mean: number): string =>
  mean < 0 ? `${MINUS}${digits(-mean)}` : digits(mean)

/** Three digits that count, and every digit before the point. */
function digits(value: number): string {
  if (value === 0) return '0'
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(DIGITS))
  return rounded.toLocaleString('en', { maximumSignificantDigits: 21 })
}

/** `+12.3 %`, `−0.42 %`; of differences of rates `+1.2 pp`, of means `+0.31`. */
export function effectText({ kind, scale }: Pick<Measure, 'kind' | 'scale'>) {
  return (value: number): string => {
    const size = Math.abs(value)
    const text = scale === 'lift' || kind === 'rate' ? part(size * 100) : digits(size)
    // What rounds to zero is neither above nor below it.
    const sign = Number(text.replaceAll(',', '')) === 0 ? '' : value > 0 ? '+' : MINUS
    return `${sign}${text}${scale === 'lift' ? ' %' : kind === 'rate' ? ' pp' : ''}`
  }
}

/** One digit after the point, two where the first would be all there is. */
const part = (percent: number): string =>
  percent >= 1000
    ? Math.round(percent).toLocaleString('en')
    : String(Number(percent.toFixed(percent < 1 ? 2 : 1)))

export const rangeText = (
  interval: Figure['interval'] | undefined,
  text: (value: number) => string,
): string => {
  if (!interval) return '—'
  if (!interval.some(Number.isFinite)) return NO_LIMIT
  return `${endText(interval[0], text)} to ${endText(interval[1], text)}`
}

const NO_LIMIT = 'no limit'

const endText = (end: number, text: (value: number) => string): string =>
  Number.isFinite(end) ? text(end) : NO_LIMIT
