import { isJsonObject, type JsonObject, type JsonValue, kindOf } from '../core/json'
import type { Path } from '../core/problem'
import type { Compat, Place } from '../core/selector'

/** The part of a Place that reading variants needs. */
export type VariantsPlace = Pick<Place, 'path' | 'compat' | 'report' | 'unknownKey'>

/** For variants whose problems are reported where the entry is compiled. */
export const silentPlace = (compat: Compat): VariantsPlace => ({
  path: [],
  compat,
  report: () => undefined,
  unknownKey: () => undefined,
})

/** r2 adds two control groups of 10 % to every experiment, unless its variants name them. */
export const CONTROL_NAMES = ['control_1', 'control_2']
const CONTROL_SHARE = 10
/** The share of one bucket of a thousand; a smaller share still gets a whole bucket. */
const FINEST_SHARE = 0.1
const CONTROLS: JsonObject = Object.fromEntries(
  CONTROL_NAMES.map((name): [string, number] => [name, CONTROL_SHARE]),
)

/**
 * Whether a variant switches the feature on: every variant does, except none and r2's two controls
 * (docs/spec/r2.md, section 9.4).
 */
export function isEnabledVariant(variant: string | null | undefined): boolean {
  return variant !== undefined && variant !== null && !Object.hasOwn(CONTROLS, variant)
}

/** A variant with the number of buckets that it may own. */
export interface SizedVariant {
  readonly name: string
  readonly enabled: boolean
  /** The variant owns those of its stripe's buckets that are below this; may be fractional. */
  readonly limit: number
  /** Its percentage is over 100/n, so it owns fewer buckets than the entry asks for. */
  readonly overCap: boolean
}

/**
 * r2's interleaving (docs/spec/r2.md, section 9.3): the n variants, sorted by code point,
 * take turns at the buckets: bucket b is the turn of variant b mod n, which owns it when b is below
 * the variant's limit. Raising a percentage therefore never takes a bucket from another variant;
 * adding, removing or renaming a variant moves nearly everybody. The limit is a product of doubles
 * in r2's order, without rounding.
 */
export function sizedVariants(variants: JsonObject, place: VariantsPlace): readonly SizedVariant[] {
  const names = Object.keys(variants)
  for (const name of CONTROL_NAMES) if (!Object.hasOwn(variants, name)) names.push(name)
  const n = names.length
  const written = asList(variants)
  return names.sort(byCodePoint).map((name) => {
    const shares = Object.hasOwn(variants, name) ? variants : CONTROLS
    const percent = readShare(name, shares[name] ?? null, place)
    const overCap = percent / 100 > 1 / n
    if (overCap) reportCap(name, percent, n, written, place)
    return { name, enabled: isEnabledVariant(name), limit: percent * n * 10, overCap }
  })
}

/** The variant that owns the bucket; undefined when the unit is excluded. */
export function variantOf(
  variants: readonly SizedVariant[],
  bucket: number,
): SizedVariant | undefined {
  const variant = variants[bucket % variants.length]
  return variant !== undefined && bucket < variant.limit ? variant : undefined
}

/** Reads `variants`: a mapping from names to percentages. */
export function readVariants(value: JsonValue | undefined, place: VariantsPlace): JsonObject {
  if (
    value === undefined ||
    (place.compat === 'r2' && (value === '' || (Array.isArray(value) && value.length === 0)))
  )
    return {}
  if (isJsonObject(value)) return place.compat === 'r2' ? value : notTooMany(value, place)
  place.report({
    code: 'bad-type',
    message: `variants is ${kindOf(value)}; write a mapping from each variant's name to its percentage`,
    path: [...place.path, 'variants'],
  })
  return {}
}

/** There are as many buckets; r2 reads more, of which the further ones own none. */
const MOST_VARIANTS = 1000

function notTooMany(variants: JsonObject, place: VariantsPlace): JsonObject {
  const count = Object.keys(variants).length
  if (count <= MOST_VARIANTS) return variants
  place.report({
    code: 'too-large',
    path: [...place.path, 'variants'],
    message: `there are ${count} variants, and ${MOST_VARIANTS} buckets for them; write fewer`,
  })
  return {}
}

const pathOf = (name: string, { path }: VariantsPlace): Path => [...path, 'variants', name]

function readShare(name: string, share: JsonValue, place: VariantsPlace): number {
  if (place.compat === 'r2' && typeof share === 'boolean') return Number(share)
  if (typeof share !== 'number') {
    place.report({
      code: 'bad-type',
      path: pathOf(name, place),
      message: `variant ${name} has ${kindOf(share)} for its share; write a percentage, a number from 0 to 100`,
    })
    return 0
  }
  if (share < 0 || share > 100) {
    const severity = place.compat === 'r2' ? 'warning' : 'error'
    place.report({
      code: 'out-of-range',
      severity,
      path: pathOf(name, place),
      message: `variant ${name} has ${share} percent; a percentage is from 0 to 100`,
    })
  }
  if (share > 0 && share < FINEST_SHARE) {
    const message = `variant ${name} asks for ${share} percent and gets ${FINEST_SHARE}, one bucket of a thousand; write 0 or at least ${FINEST_SHARE}`
    place.report({ code: 'out-of-range', severity: 'warning', path: pathOf(name, place), message })
  }
  return share
}

function reportCap(
  name: string,
  percent: number,
  n: number,
  written: string,
  place: VariantsPlace,
): void {
  const cap = Math.floor(1000 / n) / 10
  const message =
    `variant ${name} asks for ${percent} percent but gets ${cap}: with ${n} variants, ` +
    `control_1 and control_2 counted, none can hold more than 100/${n}; lower it to ${cap}${place.compat === 'r2' ? '' : written}`
  place.report({
    code: 'variant-over-cap',
    severity: 'warning',
    path: pathOf(name, place),
    message,
  })
}

/** Suggests a list of variants with the same shares; a list has no added controls. */
function asList(variants: JsonObject): string {
  const names = Object.keys(variants)
  const items = names.slice(0, 4).map((name) => {
    const share = variants[name]
    return `{name: ${name}, weight: ${typeof share === 'number' ? share : 0}}`
  })
  const more = names.length > 4 ? ', …' : ''
  return `, or write a list, which has shares of everybody eligible and no controls of its own: variants: [${items.join(', ')}${more}]`
}

/**
 * Compares texts by code point, as Python does; JavaScript compares UTF-16 units, which puts
 * surrogates before U+E000.
 */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = lifted(a.charCodeAt(i)) - lifted(b.charCodeAt(i))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Moves surrogates above the rest of the basic plane, where their code points belong. */
const lifted = (unit: number): number =>
  unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
