import type { Unplaced } from './places'

/** A number of so many digits, or with such an exponent, may not be kept as it is written. */
const SUSPICIOUS = /\d[\d.]{15}|[eE][-+]?\d{3}/

/** Whether a number that is not kept may be in a text; most texts have none. */
export const mayLoseNumbers = (text: string): boolean => SUSPICIOUS.test(text)

const PARTS = /^([-+]?)0*(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/

/**
 * What is wrong with a number as it is written: a double keeps about 16 digits, so a longer
 * id would become the id of somebody else. A fraction loses no more than its last digits, which is a
 * warning.
 */
export function numberProblem(written: string, offset: number): Unplaced | undefined {
  const isDecimal = PARTS.test(written)
  if (isDecimal && !mayLoseNumbers(written)) return undefined
  const number = Number(written)
  if (!Number.isFinite(number))
    return {
      code: 'bad-type',
      severity: 'error',
      message: 'the number is too large: it would be read as infinity; write a smaller one',
      offset,
    }
  if (isDecimal ? digitsOf(written) === digitsOf(String(number)) : isSame(written, number))
    return undefined
  const isWhole = !/[.eE]/.test(written) || !isDecimal
  const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written
  const advice = isWhole ? 'put quotes around it' : 'write fewer digits, or put quotes around it'
  return {
    code: 'out-of-range',
    severity: isWhole || number === 0 ? 'error' : 'warning',
    message: `${shown} has more digits than a number keeps, and would be read as ${number}; ${advice}`,
    offset,
  }
}

/** Of a number in base 8 or 16, and of what is no number. */
const isSame = (written: string, number: number): boolean =>
  !/^0[xo]/.test(written) || BigInt(written) === BigInt(number)

/** A number in one form: sign, digits without zeros around them, and where the point is. */
function digitsOf(written: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = PARTS.exec(written) ?? []
  const all = `${whole}${fraction}`
  const digits = all.replace(/^0+/, '').replace(/0+$/, '')
  const point = whole.length - (all.length - all.replace(/^0+/, '').length) + Number(exponent)
  return digits === '' ? '0' : `${sign === '-' ? '-' : ''}${digits}e${point}`
}
