import { isJsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { Schema } from '../core/selector'
import { HUNDREDTHS } from '../hash/sha256'
import { limitsOf } from './decimal'
import { byCodePoint, isEnabledVariant, type VariantsPlace } from './variants'

/** A variant of a list with the buckets that it owns. */
export interface WeightedVariant {
  readonly name: string
  /** The value for its visitors; undefined when the variant has none. */
  readonly value: JsonValue | undefined
  readonly enabled: boolean
  /** Owns the buckets from the limit of the variant before it up to this, in hundredths of a percent. */
  readonly limit: number
}

/** One item of `variants` as a list. */
export const VARIANT_KEYS: Readonly<Record<string, Schema>> = {
  name: {
    type: 'string',
    minLength: 1,
    description: 'Names the variant in assignments, exposures and reports.',
  },
  weight: {
    type: 'number',
    minimum: 0,
    description: "Its share among the variants' weights; default 1.",
  },
  value: {
    description:
      'What its visitors get. Without one the variant has its name alone, and control is off.',
  },
}

/**
 * The variants of a list in the order of their names by code point, as the decide service sorts
 * them; the order in the list does not matter.
 */
export function weightedVariants(
  list: readonly JsonValue[],
  place: VariantsPlace,
): readonly WeightedVariant[] {
  const sorted = [...writtenVariants(list, place)].sort((a, b) => byCodePoint(a.name, b.name))
  const limits = limitsOf(
    sorted.map(({ weight }) => weight),
    HUNDREDTHS,
  )
  reportTooSmall(
    sorted.filter((_variant, i) => limits[i] === (limits[i - 1] ?? 0)),
    'a bucket of ten thousand',
    place,
  )
  return sorted.map(({ name, value }, i) => ({
    name,
    value,
    enabled: isOn(name, value),
    limit: limits[i] ?? 0,
  }))
}

/** The variants of a list as they are written, in the order of the list. */
export function writtenVariants(
  list: readonly JsonValue[],
  place: VariantsPlace,
): readonly WrittenVariant[] {
  const read = list.flatMap((item, i) => readVariant(item, [...place.path, 'variants', i], place))
  reportTwice(read, place)
  if (read.length > 0 && read.every(({ weight }) => weight === 0)) {
    place.report({
      code: 'out-of-range',
      path: [...place.path, 'variants'],
      message: 'all variants weigh 0, so none can be drawn; give at least one a weight',
    })
  }
  return read
}

/** Warns of variants that nobody gets, though they have a weight. */
export function reportTooSmall(
  without: readonly WrittenVariant[],
  least: string,
  place: VariantsPlace,
): void {
  for (const { name, weight, path } of without)
    if (weight > 0)
      place.report({
        code: 'out-of-range',
        severity: 'warning',
        path: [...path, 'weight'],
        message: `variant ${name} weighs ${weight}, which beside the others is too little for ${least}, so nobody gets it; raise it, or write 0`,
      })
}

/**
 * The variant that owns the bucket; if rounding left none, the last by name (docs/spec/decide.md,
 * section 2).
 */
export const variantBelow = (
  variants: readonly WeightedVariant[],
  hundredth: number,
): WeightedVariant | undefined => variants.find(({ limit }) => hundredth < limit) ?? variants.at(-1)

/** Whether a variant of a list switches the feature on. */
export const isOn = (name: string, value: JsonValue | undefined): boolean =>
  value === undefined ? name !== 'control' && isEnabledVariant(name) : Boolean(value)

/** One variant of a list. */
export interface WrittenVariant {
  readonly name: string
  readonly weight: number
  readonly value: JsonValue | undefined
  readonly path: Path
}

function readVariant(item: JsonValue, path: Path, place: VariantsPlace): readonly WrittenVariant[] {
  if (!isJsonObject(item)) {
    place.report({
      code: 'bad-type',
      path,
      message: `a variant is ${kindOf(item)}; write a mapping with name, weight and value`,
    })
    return []
  }
  for (const key of Object.keys(item))
    if (!Object.hasOwn(VARIANT_KEYS, key))
      place.unknownKey(key, [...path, key], Object.keys(VARIANT_KEYS))
  const { name, weight = 1, value } = item
  if (typeof name !== 'string' || name === '') {
    place.report({
      code: 'bad-type',
      path: name === undefined ? path : [...path, 'name'],
      message: `a variant has ${name === undefined ? 'no name' : `${kindOf(name)} for its name`}; write a text that is not empty`,
    })
    return []
  }
  if (typeof weight !== 'number') {
    place.report({
      code: 'bad-type',
      path: [...path, 'weight'],
      message: `variant ${name} has ${kindOf(weight)} for its weight; write a number from 0`,
    })
    return []
  }
  if (weight < 0)
    place.report({
      code: 'out-of-range',
      path: [...path, 'weight'],
      message: `variant ${name} weighs ${weight}; a weight is 0 or more`,
    })
  return [{ name, weight: Math.max(0, weight), value, path }]
}

function reportTwice(written: readonly WrittenVariant[], place: VariantsPlace): void {
  const sorted = [...written].sort((a, b) => byCodePoint(a.name, b.name))
  sorted.forEach(({ name, path }, i) => {
    if (sorted[i - 1]?.name === name)
      place.report({
        code: 'duplicate-key',
        path: [...path, 'name'],
        message: `two variants are called ${name}; rename one`,
      })
  })
}
