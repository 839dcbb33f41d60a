import type {
  ConversionOfVariant,
  ConversionReport,
  Guardrail,
} from '../../analysis/conversion-report'
import type { Effect, Figure } from '../../analysis/effects'
import {
  fixed,
  grouped,
  percent,
  probability,
  rangeText,
  unsignedZero,
  whole,
} from '../../analysis/figures'
import { boundsText } from '../../analysis/lift-bounds'
import { durationText } from '../../experiments/duration'
import { unrecordedText } from '../../analysis/unrecorded'
import { type Output, printable } from '../output'
import { type Row, table } from '../table'

type Text = (value: number) => string

/** One kind of conversion as lines; intervals are of 95 %, for one look and for every look. */
export function conversionLines(
  report: ConversionReport,
  controls: readonly string[],
  { paint }: Pick<Output, 'paint'>,
): readonly string[] {
  const { metric, variants, guardrails, unrecorded } = report
  const guarded = guardrails.map((one) => guardrailLine(one, metric?.margin ?? 0, paint))
  if (unrecorded) {
    const none = `No figures: ${unrecordedText(unrecorded)}.`
    return [paint.bold(printable(titleOf(report))), '', paint.yellow(none), ...guarded]
  }
  const hasValues = metric?.type !== 'rate' && variants.some(({ value }) => value !== null)
  const effects = variants.flatMap((one) => effectRows(one, metric))
  const against = controls.map(printable).join(' and ')
  return [
    paint.bold(printable(titleOf(report))) +
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
    ...(hasValues ? ['', ...valueLines(report), ...valueNotes(report, paint)] : []),
    ...(effects.length === 0 ? [] : ['', ...table([EFFECTS, ...effects], [0, 1])]),
    ...checkLines(report, against),
    ...guarded,
  ]
}

/** `revenue (purchase), primary, lower is better, within 7d`. */
const titleOf = ({ name, metric, windowMs }: ConversionReport): string =>
  [
    metric === null || metric.name === name ? name : `${metric.name} (${name})`,
    ...(metric === null || metric.role === 'secondary' ? [] : [metric.role]),
    ...(metric?.direction === 'down' ? ['lower is better'] : []),
    ...(windowMs === null ? [] : [`within ${durationText(windowMs)}`]),
  ].join(', ')

const GUARDRAIL = {
  pass: 'is not worse than the margin allows',
  fail: 'IS WORSE than the margin allows',
  inconclusive: 'may be worse than the margin allows, or not',
} as const

const guardrailLine = (
  { variant, verdict, bounds, reason }: Guardrail,
  margin: number,
  paint: Output['paint'],
): string => {
  const colour = verdict === 'fail' ? paint.red : verdict === 'pass' ? paint.green : paint.yellow
  const figures = bounds ? `: ${boundsText(bounds)}, every look` : ''
  const why = reason === null ? '' : `, since nothing can be said: ${reason}`
  return colour(
    `Guardrail: ${printable(variant)} ${GUARDRAIL[verdict]} (${percent(margin)})${figures}${why}.`,
  )
}

function valueLines({ metric, variants }: ConversionReport): readonly string[] {
  const isRatio = metric?.type === 'ratio'
  const text = isRatio ? fine : plain
  const head = isRatio ? ['numerator', 'denominator', 'ratio'] : ['sum', 'mean']
  return table([
    ['variant', ...head, 'one look', 'every look'],
    ...variants.map(({ variant, value }) => [
      printable(variant),
      sumText(value?.sum),
      ...(isRatio ? [sumText(value?.per ?? undefined)] : []),
      value?.mean ? text(value.mean.value) : '–',
      ...ranges(value?.mean, text),
    ]),
  ])
}

/** What was done to the values, and why not to go by them. */
const valueNotes = (report: ConversionReport, paint: Output['paint']): readonly string[] => [
  ...winsorLines(report, paint),
  ...skewLines(report, paint),
  ...cupedLines(report, paint),
]

function winsorLines({ winsorized }: ConversionReport, paint: Output['paint']): readonly string[] {
  if (winsorized === null) return []
  const { lowest, highest, units, isImpossible } = winsorized
  if (isImpossible)
    return [
      paint.yellow(
        'Not winsorised: almost all units have the same value, so nothing else would be left; write a quantile that more of them are beyond.',
      ),
    ]
  const limits = [
    ...(lowest === null ? [] : [`below ${plain(lowest)}`]),
    ...(highest === null ? [] : [`above ${plain(highest)}`]),
  ].join(' and ')
  return [
    `Winsorised: values ${limits} count as that, in all variants alike; ${whole(units)} ${units === 1 ? 'unit has' : 'units have'} one.`,
  ]
}

/** Chance makes a p this small in one of twenty experiments: not wrong, and worth a look. */
const SUSPICIOUS_BELOW = 0.05

function cupedLines({ cuped }: ConversionReport, paint: Output['paint']): readonly string[] {
  if (cuped === null) return []
  const { beforeMs, reduction, balanceP, isBalanced } = cuped
  const before = `the ${durationText(beforeMs)} before their exposure`
  if (!isBalanced)
    return [
      paint.red(
        `UNBALANCED: the variants differed in ${before} already (p ${probability(balanceP ?? 0)}), so nothing is adjusted; look at how units are assigned and recorded.`,
      ),
    ]
  if (balanceP !== null && balanceP < SUSPICIOUS_BELOW)
    return [
      paint.yellow(
        `CUPED: ${before} took ${percent(reduction)} of the variance away, and the effects on the mean are adjusted. Caution: the variants may have differed then (p ${probability(balanceP)}).`,
      ),
    ]
  return [
    balanceP === null
      ? `CUPED: nobody did anything else in ${before}, so nothing is adjusted.`
      : `CUPED: ${before} took ${percent(reduction)} of the variance away, and the effects on the mean are adjusted; the variants did not differ then (p ${probability(balanceP)}).`,
  ]
}

/** A few large values decide such a mean, so its interval is too narrow in a small variant. */
function skewLines(report: ConversionReport, paint: Output['paint']): readonly string[] {
  const { variants, unitsForMean } = report
  const small = variants.filter(({ units }) => units > 0 && units < (unitsForMean ?? 0))
  if (small.length === 0) return []
  const names = small.map(({ variant, units }) => `${printable(variant)} has ${whole(units)}`)
  const needed = `they need ${whole(unitsForMean ?? 0)} units or more in each variant, and ${names.join(', ')}`
  return [
    paint.yellow(
      report.isSkewed
        ? `SKEWED: a few large values decide these means; ${needed}. Do not go by their intervals.`
        : `Skewed: a few large values decide these means; ${needed}. Do not go by the interval of a mean. The differences are of groups of about one size, in which it cancels.`,
    ),
  ]
}

const EFFECTS: Row = ['variant', '', 'effect', 'one look', 'p', 'adjusted p', 'every look', 'p']

/** What a variant did: a line for each way to say it. */
function effectRows(one: ConversionOfVariant, metric: ConversionReport['metric']): readonly Row[] {
  const { variant, value } = one
  const isRatio = metric?.type === 'ratio'
  const ofRate = comparisonRows(variant, one, { lift: 'lift of the rate', text: hundredths })
  const ofValue =
    value === null
      ? []
      : comparisonRows(variant, value, {
          lift: `lift of the ${isRatio ? 'ratio' : 'mean'}`,
          text: isRatio ? fine : plain,
        })
  return [
    ...(metric?.type === 'value' || isRatio ? [] : ofRate),
    ...(metric?.type === 'rate' ? [] : ofValue),
  ]
}

type Compared = Pick<ConversionOfVariant, 'lift' | 'difference' | 'adjustedP'>

/** The adjusted p stands beside the p that it was made of: that of the lift, or of the difference while there is none. */
function comparisonRows(
  variant: string,
  { lift, difference, adjustedP }: Compared,
  names: { readonly lift: string; readonly text: Text },
): readonly Row[] {
  const row = (name: string, effect: Effect | null, text: Text, unit = ''): readonly Row[] => {
    if (!effect) return []
    const [once, often] = ranges(effect, text)
    const figure = `${text(effect.value).startsWith('-') ? '' : '+'}${text(effect.value)}${unit}`
    const adjusted = effect === (lift ?? difference) ? adjustedP : null
    const ps = [effect.p, adjusted, effect.sequentialP].map(pText)
    return [[printable(variant), name, figure, once, ps[0] ?? '', ps[1] ?? '', often, ps[2] ?? '']]
  }
  return [...row(names.lift, lift, tenths, ' %'), ...row('difference', difference, names.text)]
}

/** The controls are checked by what is reported: by those who did it, by their mean, or by their ratio. */
function checkLines(
  { metric, controlCheck }: ConversionReport,
  against: string,
): readonly string[] {
  const type = metric?.type ?? 'rate'
  const effect = type === 'rate' ? controlCheck?.difference : controlCheck?.value
  if (!effect) return []
  const { value, p } = effect
  if (p === null) return value === 0 ? ['', `${OF[type]}${against} are the same.`] : []
  const advice = p < SUSPICIOUS_BELOW ? ': look at how visitors are assigned and recorded' : ''
  const what = `${OF[type].toLowerCase()}${against}`
  return ['', `In ${percent(p)} of experiments chance makes ${what} differ by as much${advice}.`]
}

const OF = { rate: '', value: 'The means of ', ratio: 'The ratios of ' } as const

const pText = (p: number | null): string => (p === null ? '–' : probability(p).replace(/^= /, ''))

const ranges = (figure: Figure | null | undefined, text: Text): readonly [string, string] => [
  rangeText(figure?.interval, text),
  rangeText(figure?.sequential, text),
]

const hundredths: Text = (value) => fixed(value * 100, 2)
const tenths: Text = (value) => fixed(value * 100, 1)
const plain: Text = (value) => grouped(value, 2)

/** Of ratios, which may be small. */
const fine: Text = (value) => grouped(value, 4)

const sumText = (value: number | undefined): string =>
  value === undefined
    ? '–'
    : unsignedZero(value.toLocaleString('en-US', { maximumFractionDigits: 2 }))
