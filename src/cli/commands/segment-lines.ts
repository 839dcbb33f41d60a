import type { ConversionOfVariant, ConversionReport } from '../../analysis/conversion-report'
import type { Effect } from '../../analysis/effects'
import { fixed, grouped, percent, probability, rangeText, whole } from '../../analysis/figures'
import type { SegmentOfValue, SegmentReport } from '../../analysis/segments'
import { type Output, printable } from '../output'
import { type Row, table } from '../table'

const HEAD: Row = [
  'value',
  'variant',
  'units',
  'rate or mean',
  'lift',
  'one look',
  'adjusted p',
  'every look',
]

/** The results by the values of an attribute, a table for each metric. */
export function segmentLines(
  { attribute, values, others }: SegmentReport,
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const metrics = values[0]?.conversions ?? []
  const left =
    others === 0
      ? []
      : others === 1
        ? [`1 unit has another value of ${attribute}, too rare to show.`]
        : [
            `${whole(others)} units have other values of ${attribute}, each of them too rare to show.`,
          ]
  return [
    ...metrics.flatMap((metric, i) =>
      // Of what was never recorded the report has said so.
      metric.unrecorded
        ? []
        : [
            '',
            paint.bold(`By ${printable(attribute)}: ${printable(nameOf(metric))}`) +
              paint.dim('  lifts with intervals of 95 %; p adjusted over all segments'),
            '',
            ...table([HEAD, ...values.flatMap((value) => rowsOf(value, i))], [0, 1]),
            ...values
              .flatMap((value) => unbalancedLines(value, i))
              .map((line) => paint.yellow(line)),
          ],
    ),
    ...left,
  ]
}

const nameOf = ({ name, metric }: ConversionReport): string => metric?.name ?? name

const rowsOf = ({ value, conversions }: SegmentOfValue, metric: number): readonly Row[] => {
  const report = conversions[metric]
  return report ? report.variants.map((one) => rowOf(value, report, one)) : []
}

function rowOf(
  segment: string | null,
  { metric }: ConversionReport,
  { variant, units, rate, lift, adjustedP, value }: ConversionOfVariant,
): Row {
  const isOfRate = metric === null || metric.type === 'rate'
  const [effect, p] = isOfRate ? [lift, adjustedP] : [value?.lift, value?.adjustedP]
  const digits = metric?.type === 'ratio' ? 4 : 2
  const shown = isOfRate ? percent(rate?.value, 2) : meanText(value?.mean?.value, digits)
  return [
    segmentText(segment),
    printable(variant),
    whole(units),
    shown,
    ...effectTexts(effect),
    typeof p === 'number' ? probability(p).replace(/^= /, '') : '–',
    rangeText(effect?.sequential, tenths),
  ]
}

/** Not red, as that of all people is: of twenty segments some are so by chance. */
function unbalancedLines(
  { value, conversions }: SegmentOfValue,
  metric: number,
): readonly string[] {
  const cuped = conversions[metric]?.cuped
  if (!cuped || cuped.isBalanced) return []
  return [
    `Caution: in ${segmentText(value)} the variants differed before their exposure (p ${probability(cuped.balanceP ?? 0)}), so nothing is adjusted there. Of many segments some do by chance; go by none of its lifts.`,
  ]
}

const segmentText = (value: string | null): string =>
  value === null ? 'unknown' : printable(value)

const effectTexts = (effect: Effect | null | undefined): readonly [string, string] =>
  effect ? [signedTenths(effect.value), rangeText(effect.interval, tenths)] : ['–', '–']

const tenths = (value: number): string => fixed(value * 100, 1)

const signedTenths = (value: number): string =>
  `${tenths(value).startsWith('-') ? '' : '+'}${tenths(value)} %`

const meanText = (value: number | undefined, digits: number): string =>
  value === undefined ? '–' : grouped(value, digits)
