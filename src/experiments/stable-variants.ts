import { POINTS } from '../core/bucketing'
import type { Compat } from '../core/selector'
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  kindOf,
  own,
} from '../core/json'
import { apportioned, wholeBuckets } from './decimal'
import { type Holding, laidOut, overlapOf, type Range, sizeOf } from './ranges'
import { byCodePoint, silentPlace, type VariantsPlace } from './variants'
import { isStable } from './scheme'
import { isOn, reportTooSmall, writtenVariants } from './weighted'

/** A variant of the stable scheme with the points that it owns. */
export interface StableVariant extends Holding {
  readonly enabled: boolean
  /** The value for its visitors; undefined when the variant has none. */
  readonly value: JsonValue | undefined
}

/** A variant before its ranges are known. */
export interface SizedStable {
  readonly name: string
  readonly points: number
  readonly value: JsonValue | undefined
}

/**
 * The variants of a stable experiment. `variants` says how many points each owns, `ranges` which
 * ones; without `ranges` they lie side by side as they are written. A mapping has percentages of
 * everybody who is eligible, and who is left has no variant; a list has weights, and is for all.
 */
export function stableVariants(
  experiment: JsonObject,
  place: VariantsPlace,
): readonly StableVariant[] {
  const sized = stableSizes(own(experiment, 'variants'), place)
  const written = own(experiment, 'ranges')
  const sizes = sized.map(({ name, points }) => [name, points] as const)
  const holdings = written === undefined ? laidOut(sizes) : readRanges(written, sized, place)
  return sized.map(({ name, value }, i) => ({
    name,
    value,
    enabled: isOn(name, value),
    ranges: holdings[i]?.ranges ?? [],
  }))
}

/**
 * The entry with the `ranges` that its variants have by the order in which they are written, where a
 * text that has their names in order would say another: so that two entries of one meaning draw alike, and
 * whoever reads the text draws what the entry drew.
 */
export function withRangesByOrder(entry: JsonObject, compat: Compat): JsonObject {
  const experiment = own(entry, 'experiment')
  if (!isStable(entry, compat) || !isJsonObject(experiment)) return entry
  const variants = own(experiment, 'variants')
  if (!isJsonObject(variants) || Object.hasOwn(experiment, 'ranges')) return entry
  const names = Object.keys(variants)
  if (names.every((name, i) => i === 0 || (names[i - 1] ?? '') < name)) return entry
  const sizes = stableSizes(variants, silentPlace(compat))
  const ranges = laidOut(sizes.map(({ name, points }) => [name, points]))
  const written = ranges.map(({ name, ranges: own }) => [name, own] as const)
  return { ...entry, experiment: { ...experiment, ranges: Object.fromEntries(written) } }
}

/** How many points each variant is to own, in the order in which they are written. */
export function stableSizes(
  variants: JsonValue | undefined,
  place: VariantsPlace,
): readonly SizedStable[] {
  if (isJsonList(variants)) return sizesOfList(variants, place)
  if (isJsonObject(variants)) return sizesOfMapping(variants, place)
  if (variants !== undefined && variants !== null)
    place.report({
      code: 'bad-type',
      path: [...place.path, 'variants'],
      message: `variants is ${kindOf(variants)}; write a mapping from names to percentages, or a list with name, weight and value`,
    })
  return []
}

function sizesOfList(list: readonly JsonValue[], place: VariantsPlace): readonly SizedStable[] {
  const written = writtenVariants(list, place)
  const points = apportioned(
    written.map(({ weight }) => weight),
    POINTS,
    (a, b) => byCodePoint(written[a]?.name ?? '', written[b]?.name ?? ''),
  )
  const sized = written.map(({ name, value }, i) => ({ name, value, points: points[i] ?? 0 }))
  reportTooSmall(
    written.filter((_variant, i) => sized[i]?.points === 0),
    'a point of a million',
    place,
  )
  return sized
}

function sizesOfMapping(mapping: JsonObject, place: VariantsPlace): readonly SizedStable[] {
  const sized = Object.entries(mapping).map(([name, share]) => ({
    name,
    value: undefined,
    points: pointsOf(name, share, place),
  }))
  const sum = sized.reduce((total, { points }) => total + points, 0)
  if (sum > POINTS)
    place.report({
      code: 'out-of-range',
      path: [...place.path, 'variants'],
      message: `the variants have ${percentOf(sum)} percent together; lower them to 100 or less`,
    })
  return sum > POINTS ? [] : sized
}

function pointsOf(name: string, share: JsonValue, place: VariantsPlace): number {
  const path = [...place.path, 'variants', name]
  if (typeof share !== 'number') {
    const message = `variant ${name} has ${kindOf(share)} for its share; write a percentage, a number from 0 to 100`
    place.report({ code: 'bad-type', path, message })
    return 0
  }
  const points = share >= 0 && share <= 100 ? wholeBuckets(share, POINTS) : undefined
  if (points !== undefined) return points
  const message =
    share < 0 || share > 100
      ? `variant ${name} has ${share} percent; a percentage is from 0 to 100`
      : `variant ${name} has ${share} percent, and the finest step is 0.0001; write fewer decimals`
  place.report({ code: 'out-of-range', path, message })
  return 0
}

const percentOf = (points: number): number => points / (POINTS / 100)

/** Reads `ranges`: a mapping from each variant's name to the list of its ranges. */
function readRanges(
  written: JsonValue,
  sized: readonly SizedStable[],
  place: VariantsPlace,
): readonly Holding[] {
  const path = [...place.path, 'ranges']
  const wrong = (message: string, ...inner: (string | number)[]): void =>
    place.report({ code: 'bad-ranges', path: [...path, ...inner], message })
  if (!isJsonObject(written)) {
    wrong(`ranges is ${kindOf(written)}; write a mapping from each variant's name to its ranges`)
    return []
  }
  const known = new Set(sized.map(({ name }) => name))
  for (const name of Object.keys(written))
    if (!known.has(name)) wrong(`ranges has ${name}, which is no variant; remove it`, name)
  const holdings = sized.map(({ name }) => ({ name, ranges: rangesAt(written, name, wrong) }))
  const overlap = overlapOf(holdings)
  if (overlap) {
    const [a, b] = overlap
    wrong(`${a.name} and ${b.name} both own point ${b.range[0]}; ${REPAIR}`, b.name)
  }
  sized.forEach(({ name, points }, i) => {
    const held = sizeOf(holdings[i]?.ranges ?? [])
    if (held !== points)
      wrong(
        `${name} is to have ${percentOf(points)} percent and its ranges are ${percentOf(held)}; ${REPAIR}`,
        ...(Object.hasOwn(written, name) ? [name] : []),
      )
  })
  return holdings
}

const REPAIR = 'run liveflag reweight, which writes ranges that move as few visitors as possible'

function rangesAt(
  written: JsonObject,
  name: string,
  wrong: (message: string, ...inner: (string | number)[]) => void,
): readonly Range[] {
  const list = own(written, name)
  if (list === undefined) return []
  if (!isJsonList(list)) {
    wrong(`the ranges of ${name} are ${kindOf(list)}; write a list, such as [[0, 500000]]`, name)
    return []
  }
  return list.flatMap((item, i): readonly Range[] => {
    const range = rangeIn(item)
    if (range === undefined)
      wrong(
        `${JSON.stringify(item)} is no range; write [from, to], whole numbers from 0 to ${POINTS}, the first below the second`,
        name,
        i,
      )
    return range ? [range] : []
  })
}

function rangeIn(item: JsonValue): Range | undefined {
  const [from, to, ...more] = isJsonList(item) ? item : []
  if (typeof from !== 'number' || typeof to !== 'number' || more.length > 0) return undefined
  const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to <= POINTS
  return isRange && from < to ? [from, to] : undefined
}
