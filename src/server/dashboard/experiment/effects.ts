import type { ExperimentView } from '../../admin/contract'
import { type Scale, scaleOf } from '../parts/scale'

export type Conversion = ExperimentView['report']['conversions'][number]
export type OfVariant = Conversion['variants'][number]
export type Effect = NonNullable<OfVariant['difference']>
export type Figure = NonNullable<OfVariant['rate']>

/** One thing that a kind of conversion is measured by. */
export interface Measure {
  readonly kind: 'rate' | 'mean' | 'ratio'
  /** As parts of the control where all variants can be said so, else as they are. */
  readonly scale: 'lift' | 'difference'
  readonly rows: readonly MeasuredVariant[]
}

export interface MeasuredVariant {
  readonly of: OfVariant
  readonly index: number
  readonly figure: Figure | null
  /** Null of a control, and where it cannot be said. */
  readonly effect: Effect | null
  /** Of the comparison, for one look: of the lift where there is one, whatever is shown. */
  readonly p: number | null
  readonly adjustedP: number | null
}

/** A metric is one measure; conversions that no metric counts are two where they have values. */
export function measuresOf({ metric, variants }: Conversion): readonly Measure[] {
  const hasValues = variants.some(({ value }) => value !== null)
  const isOfValues = metric?.type === 'value' || metric?.type === 'ratio'
  const rate = isOfValues ? [] : [rateOf(variants)]
  const kind = metric?.type === 'ratio' ? 'ratio' : 'mean'
  const mean = metric?.type === 'rate' || !hasValues ? [] : [meanOf(variants, kind)]
  return [...rate, ...mean]
}

function rateOf(variants: readonly OfVariant[]): Measure {
  const scale = shownAs(variants.map(({ difference, lift }) => ({ difference, lift })))
  return {
    kind: 'rate',
    scale,
    rows: variants.map((of, index) => {
      const { rate: figure, adjustedP } = of
      return { of, index, figure, effect: read(of[scale]), p: pOf(of), adjustedP }
    }),
  }
}

function meanOf(variants: readonly OfVariant[], kind: 'mean' | 'ratio'): Measure {
  const values = variants.map(({ value }) => value)
  const scale = shownAs(values.map((one) => ({ difference: null, lift: null, ...one })))
  return {
    kind,
    scale,
    rows: variants.map((of, index) => {
      const { mean = null, adjustedP = null } = of.value ?? {}
      const effect = read(of.value?.[scale] ?? null)
      return { of, index, figure: mean, effect, p: of.value && pOf(of.value), adjustedP }
    }),
  }
}

/** As the analysis has it, whose code the page does not load; a test holds that the two agree. */
const pOf = ({ lift, difference }: Pick<OfVariant, 'lift' | 'difference'>): number | null =>
  (lift ?? difference)?.p ?? null

/** JSON has null for an end without limit. */
function read(effect: Effect | null): Effect | null {
  if (!effect) return null
  return { ...effect, interval: ends(effect.interval), sequential: ends(effect.sequential) }
}

function ends(interval: readonly [number | null, number | null] | null): Effect['interval'] {
  return interval && [interval[0] ?? -Infinity, interval[1] ?? Infinity]
}

/** A part of nothing says nothing: then the differences are shown. */
const shownAs = (
  variants: readonly { readonly difference: Effect | null; readonly lift: Effect | null }[],
): Measure['scale'] =>
  variants.some(({ difference, lift }) => difference !== null && lift === null)
    ? 'difference'
    : 'lift'

/** What can be said of a variant, in a word, and how it is coloured. */
export interface Said {
  readonly kind: 'good' | 'bad' | 'accent' | 'warn' | ''
  readonly words: string
}

const GUARDRAIL: Readonly<Record<Conversion['guardrails'][number]['verdict'], Said>> = {
  pass: { kind: 'good', words: 'within the margin' },
  fail: { kind: 'bad', words: 'worse than the margin' },
  inconclusive: { kind: 'warn', words: 'not known yet' },
}

/** Found at this p among all comparisons, for who looks once. */
const FOUND_BELOW = 0.05

/** What is known of the report as a whole. */
export interface Reading {
  /** While the data are wrong no verdict is given. */
  readonly isSound: boolean
  /** Figures that were read before are gone by as those of every look. */
  readonly isFirstLook: boolean
}

/** Null of a control. */
export function saidOf(
  { of, effect, adjustedP }: MeasuredVariant,
  { metric, guardrails }: Pick<Conversion, 'metric' | 'guardrails'>,
  { isSound, isFirstLook }: Reading,
): Said | null {
  if (of.difference === null && effect === null) return null
  if (!isSound) return { kind: '', words: 'no verdict' }
  const judged = guardrails.find(({ variant }) => variant === of.variant)
  if (judged) return GUARDRAIL[judged.verdict]
  if (effect === null) return { kind: '', words: 'too few to say' }
  const [low, high] = effect.sequential ?? [0, 0]
  const [kind, word] = wordOf(metric?.direction, effect.value > 0 ? 1 : -1)
  if (low > 0 || high < 0) return { kind, words: word }
  if (isFirstLook && adjustedP !== null && adjustedP < FOUND_BELOW)
    return { kind: '', words: `${word}, if this is the only look` }
  return { kind: '', words: 'no difference shown' }
}

function wordOf(better: 'up' | 'down' | undefined, direction: 1 | -1): [Said['kind'], string] {
  if (better === undefined) return ['accent', direction > 0 ? 'higher' : 'lower']
  return (better === 'up') === direction > 0 ? ['good', 'better'] : ['bad', 'worse']
}

/** An interval of every look that is wider than so many of one look is cut off. */
const MOST_TIMES = 3
const PADDING = 0.06

/** A scale on which all intervals of one look are seen, and zero, and what else is given. */
export function reachOf(effects: readonly Effect[], others: readonly number[] = []): Scale {
  const seen = effects.flatMap(({ value, interval }) => [value, ...(interval ?? [])])
  const once = [0, ...others, ...seen.filter(Number.isFinite)]
  const most = MOST_TIMES * Math.max(...once.map(Math.abs))
  const often = effects.flatMap(({ sequential }) => sequential ?? [])
  const within = often.map((end) => Math.max(-most, Math.min(most, end)))
  const all = [...once, ...within]
  const [least, greatest] = [Math.min(...all), Math.max(...all)]
  const pad = (greatest - least || 0.01) * PADDING
  return scaleOf(least - pad, greatest + pad)
}

/** The effect at which a guardrail breaks: a lift, so nothing where differences are shown. */
export function marginOf({ metric }: Conversion, { scale }: Measure): number | undefined {
  if (metric?.role !== 'guardrail' || scale !== 'lift') return undefined
  return metric.direction === 'up' ? -metric.margin : metric.margin
}
