/** `12,345`. */
export const whole = (count: number): string => count.toLocaleString('en-US')

/** Digits as a text, of which a zero has no minus: a figure that rounds to it is neither above nor below. */
export const unsignedZero = (text: string): string => text.replace(/^[-−](?=[0.,]*$)/, '')

/** `-12.30`; a zero has no minus. */
export const fixed = (value: number, digits: number): string => unsignedZero(value.toFixed(digits))

/** `1,234.50`; a zero has no minus. */
export const grouped = (value: number, digits: number): string =>
  unsignedZero(
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )

/** `25.1 %`; an empty text for an unknown share. */
export const percent = (share: number | null | undefined, digits = 1): string =>
  share === null || share === undefined ? '–' : `${fixed(share * 100, digits)} %`

/** `+12.3 %`, `−0.4 %`; what rounds to zero has a plus. */
export function signedPercent(part: number): string {
  const size = Math.abs(part * 100).toFixed(1)
  return `${part < 0 && Number(size) > 0 ? '−' : '+'}${size} %`
}

/** The same with as many digits as a small share needs: `10.00 %`, `0.001 %`. */
export const finePercent = (share: number | null | undefined): string => {
  const size = Math.abs(share ?? 0) * 100
  // 0.01 % is the last that two digits after the point can say.
  if (size === 0 || size >= 0.01) return percent(share, 2)
  const text = ((share ?? 0) * 100).toFixed(Math.min(100, 1 - Math.floor(Math.log10(size))))
  return `${text.replace(/0$/, '')} %`
}

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
