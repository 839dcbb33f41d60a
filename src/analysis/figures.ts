/** `12,345`. */
export const whole = (count: number): string => count.toLocaleString('en-US')

/** `25.1 %`; an empty text for an unknown share. */
export const percent = (share: number | null | undefined, digits = 1): string =>
  share === null || share === undefined ? '–' : `${(share * 100).toFixed(digits)} %`

/** A probability as people write it: `0.42`, `0.0031`, `< 0.0001`. */
export const probability = (p: number): string =>
  p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`

/** `−1.2 … 3.4`; what has no limit says so. */
export const rangeText = (
  interval: readonly [low: number, high: number] | null | undefined,
  text: (value: number) => string,
): string => {
  if (!interval) return '–'
  if (!interval.some(Number.isFinite)) return NO_LIMIT
  return `${endText(interval[0], text)} … ${endText(interval[1], text)}`
}

const NO_LIMIT = 'no limit'

const endText = (end: number, text: (value: number) => string): string =>
  Number.isFinite(end) ? text(end) : NO_LIMIT
