import type { ConversionReport } from '../analysis/conversion-report'
import type { Estimate } from '../analysis/proportions'
import { type Output, printable } from './output'
import { percent, type Row, table, whole } from './table'

/** One kind of conversion for people; intervals are of 95 %. */
export function conversionLines({ name, variants }: ConversionReport, control: string | null, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const hasValues = variants.some(({ value }) => value !== null)
  const values: readonly Row[] = [
    ['variant', 'sum', 'mean', '95 %', 'difference', '95 %'],
    ...variants.map(({ variant, value }) => [printable(variant), sumText(value?.sum), figure(value?.mean?.value), range(value?.mean, figure), figure(value?.difference?.value, '+'), range(value?.difference, figure)]),
  ]
  return [
    paint.bold(printable(name)) + (control === null ? '' : paint.dim(`  lift and difference are against ${printable(control)}`)),
    '',
    ...table([
      ['variant', 'units', 'converted', 'rate', '95 %', 'lift', '95 %', 'difference', '95 %'],
      ...variants.map(({ variant, units, converted, rate, lift, difference }) => [
        printable(variant), whole(units), whole(converted), percent(rate?.value, 2), range(rate, rates),
        signed(lift), range(lift, lifts), points(difference), range(difference, rates),
      ]),
    ]),
    ...(hasValues ? ['', ...table(values)] : []),
  ]
}

type Text = (value: number) => string

const range = (estimate: Estimate | null | undefined, text: Text): string => (estimate ? `${text(estimate.interval[0])} … ${text(estimate.interval[1])}` : '–')
const rates: Text = (value) => (value * 100).toFixed(2)
const lifts: Text = (value) => (value * 100).toFixed(1)

const signed = (estimate: Estimate | null): string => (estimate ? `${estimate.value < 0 ? '' : '+'}${lifts(estimate.value)} %` : '–')
const points = (estimate: Estimate | null): string => (estimate ? `${estimate.value < 0 ? '' : '+'}${rates(estimate.value)}` : '–')

const sumText = (value: number | undefined): string => (value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 2 }))

function figure(value: number | undefined, plus = ''): string {
  if (value === undefined) return '–'
  return `${value < 0 ? '' : plus}${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}
