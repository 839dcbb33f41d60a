import type { ConversionOfVariant, ConversionReport } from '../../analysis/conversion-report'
import type { Effect, Figure } from '../../analysis/effects'
import { percent, probability, whole } from '../../analysis/figures'
import { type Output, printable } from '../output'
import { type Row, table } from '../table'

type Text = (value: number) => string

/** One kind of conversion as lines; intervals are of 95 %, for one look and for every look. */
export function conversionLines(
  { name, variants, controlCheck }: ConversionReport,
  controls: readonly string[],
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const hasValues = variants.some(({ value }) => value !== null)
  const effects = variants.flatMap(effectRows)
  const against = controls.map(printable).join(' and ')
  return [
    paint.bold(printable(name)) +
      paint.dim(`  intervals of 95 %${controls.length === 0 ? '' : `, compared with ${against}`}`),
    '',
    ...table([
      ['variant', 'units', 'converted', 'rate', 'one look', 'every look'],
      ...variants.map(({ variant, units, converted, rate }) => [
        printable(variant),
        whole(units),
        whole(converted),
        percent(rate?.value, 2),
        ...ranges(rate, hundredths),
      ]),
    ]),
    ...(hasValues ? ['', ...valueLines(variants)] : []),
    ...(effects.length === 0 ? [] : ['', ...table([EFFECTS, ...effects], [0, 1])]),
    ...(controlCheck?.difference ? ['', checkLine(controlCheck.difference, against)] : []),
  ]
}

const valueLines = (variants: readonly ConversionOfVariant[]): readonly string[] =>
  table([
    ['variant', 'sum', 'mean', 'one look', 'every look'],
    ...variants.map(({ variant, value }) => [
      printable(variant),
      sumText(value?.sum),
      value?.mean ? plain(value.mean.value) : '–',
      ...ranges(value?.mean, plain),
    ]),
  ])

const EFFECTS: Row = ['variant', '', 'effect', 'one look', 'p', 'adjusted p', 'every look', 'p']

/** What a variant did: a line for each way to say it. */
function effectRows(one: ConversionOfVariant): readonly Row[] {
  const { variant, lift, difference, adjustedP, value } = one
  const row = (
    name: string,
    effect: Effect | null,
    text: Text,
    unit = '',
    adjusted: number | null = null,
  ): readonly Row[] => {
    if (!effect) return []
    const [once, often] = ranges(effect, text)
    const figure = `${effect.value < 0 ? '' : '+'}${text(effect.value)}${unit}`
    const ps = [effect.p, adjusted, effect.sequentialP].map(pText)
    return [[printable(variant), name, figure, once, ps[0] ?? '', ps[1] ?? '', often, ps[2] ?? '']]
  }
  return [
    ...row('lift of the rate', lift, tenths, ' %'),
    ...row('difference', difference, hundredths, '', adjustedP),
    ...row('lift of the mean', value?.lift ?? null, tenths, ' %'),
    ...row('difference', value?.difference ?? null, plain, '', value?.adjustedP),
  ]
}

const checkLine = ({ p }: Effect, controls: string): string =>
  p === null
    ? `${controls} are the same.`
    : `In ${percent(p)} of experiments chance makes ${controls} differ by as much${p < 0.05 ? ': look at how visitors are assigned and recorded' : ''}.`

const pText = (p: number | null): string => (p === null ? '–' : probability(p).replace(/^= /, ''))

const ranges = (figure: Figure | null | undefined, text: Text): readonly [string, string] => [
  range(figure?.interval, text),
  range(figure?.sequential, text),
]

const range = (interval: Figure['interval'] | undefined, text: Text): string =>
  interval ? `${text(interval[0])} … ${text(interval[1])}` : '–'

const hundredths: Text = (value) => (value * 100).toFixed(2)
const tenths: Text = (value) => (value * 100).toFixed(1)
const plain: Text = (value) =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

const sumText = (value: number | undefined): string =>
  value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 2 })
