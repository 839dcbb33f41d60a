import { type Bucketing, POINTS, POINTS_PER_BUCKET } from '../core/bucketing'
import { textOf } from '../core/coercion'
import type { RuleHasher } from '../core/definitions'
import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import type { Compat } from '../core/selector'
import { bucketsBelow } from '../experiments/decimal'
import { rampsIn } from '../experiments/ramp'
import {
  type SizedVariant,
  sizedVariants,
  variantOf,
  type VariantsPlace,
} from '../experiments/variants'
import { domainShares } from '../experiments/domain-shares'
import { holdoutsIn, pointsOfHoldout } from '../experiments/holdout'
import { isStable } from '../experiments/scheme'
import { stableVariants } from '../experiments/stable-variants'
import { weightedVariants } from '../experiments/weighted'
import { HUNDREDTHS } from '../hash/sha256'
import type { EntryVersion } from './entry-questions'
import { cutsAt, ruleEnds } from './rule-ends'

/** Buckets of one hash that get the same answers: one of them, and the share of them all. */
export interface Segment {
  readonly at: number
  readonly share: number
}

type Kind = 'point' | 'loid' | 'hundredth' | 'thousandth' | 'tenThousandth' | 'stable' | 'coin'

/** One hash of one unit. Two hashes are independent. */
export interface Hash {
  readonly key: string
  readonly kind: Kind
  /** Of rules, the seed of the hash. */
  readonly seed?: string
  /** What is asked, not hashed: a coin falls as nobody can foresee. */
  readonly words?: string
}

/**
 * Draws by plan. A hash that has no bucket yet is `wanted`, and counts as 0 until the caller fixes
 * its bucket: so a caller sees which hashes an answer depends on.
 */
export class PlannedDraws implements Bucketing {
  readonly name = 'r2'
  private missing: Hash | undefined
  private readonly fixed = new Map<string, number>()

  /** The first hash without a bucket since `begin`. */
  get wanted(): Hash | undefined {
    return this.missing
  }

  begin(): void {
    this.missing = undefined
  }

  fix({ key }: Hash, at: number | undefined): void {
    if (at === undefined) this.fixed.delete(key)
    else this.fixed.set(key, at)
  }

  pointOf(salt: string): (unit: string) => number {
    return (unit) => this.draw(`${salt} ${unit}`, 'point')
  }

  readonly hundredthOf: Bucketing['hundredthOf'] = (unit, experiment, salt) =>
    this.draw(`${salt} ${experiment} ${unit}`, 'hundredth')

  readonly stablePointOf: Bucketing['stablePointOf'] = (key) => {
    const of = [key.salt, key.shuffle, key.purpose, key.kind].join(' ')
    return (unit) => this.draw(`${of} ${unit}`, 'stable')
  }

  readonly loidBucket: Bucketing['loidBucket'] = (loid) =>
    loid === NO_NUMBER ? undefined : this.draw(loid, 'loid')

  /** The hash of rules, in the steps that it has. */
  readonly hasher: RuleHasher = (seed, version) => {
    const [kind, steps] = version === 1 ? (['thousandth', 1000] as const) : TEN_THOUSANDTHS
    if (version !== 1 && version !== 2) return () => null
    return (unit) => {
      const text = textOf(unit)
      return text === undefined ? null : this.draw(`${seed} ${text}`, kind, { seed }) / steps
    }
  }

  /** A question whose answer is not known: both are tried. The words say that it is yes. */
  assume(words: string): boolean {
    return this.draw(words, 'coin', { words }) === 1
  }

  private draw(of: string, kind: Kind, also?: Pick<Hash, 'seed' | 'words'>): number {
    const key = `${kind} ${of}`
    const at = this.fixed.get(key)
    if (at === undefined) this.missing ??= { key, kind, ...also }
    return at ?? 0
  }
}

const TEN_THOUSANDTHS = ['tenThousandth', 10_000] as const

/** The logged-out id that has no bucket among percentages. */
export const NO_NUMBER = '?'

/** The buckets of a hash at a time, cut into segments. */
export type SegmentsAt = (hash: Cut, now: number) => readonly Segment[]

type Cut = Pick<Hash, 'kind' | 'seed'>

/** The segments of each kind of hash for two versions of an entry: all its buckets, cut. */
export function segmentsOf(versions: readonly EntryVersion[], compat: Compat): SegmentsAt {
  const entries = versions.map(({ value }) => value).filter(isJsonObject)
  const ramps = entries.flatMap((entry) => rampsIn(entry)).map(({ ramp }) => ramp)
  const at = (now: number): ((hash: Cut) => readonly Segment[]) =>
    segmentsBy(versions, compat, [...new Set(ramps.map((ramp) => ramp.percentAt(now)))])
  let last = { now: 0, of: at(0) }
  return (hash, now) => {
    if (ramps.length > 0 && last.now !== now) last = { now, of: at(now) }
    return last.of(hash)
  }
}

/** Percentages at which shares that do not grow end, of all kinds of hashes. */
export function endsIn(versions: readonly EntryVersion[], compat: Compat): readonly number[] {
  const of = segmentsBy(versions, compat, [])
  const ends = (['loid', 'hundredth', 'stable', 'point'] as const).flatMap((kind) =>
    of({ kind }).map(({ at }) => (at / SIZES[kind]) * 100),
  )
  return [...new Set(ends)]
}

const SIZES = { loid: 100, hundredth: HUNDREDTHS, stable: POINTS, point: POINTS } as const

/** Whether a ramp that passes a whole percentage may come to buckets of another owner. */
export const hasWholePercents = (versions: readonly EntryVersion[], compat: Compat): boolean =>
  versions.some(
    ({ value }) =>
      isJsonObject(value) &&
      (compat === 'r2' ||
        isJsonObject(own(value, 'percent_loggedout')) ||
        isJsonObject(own(experimentOf(value), 'variants'))),
  )

/** `ramped`: the percentages that ramps have. */
function segmentsBy(
  versions: readonly EntryVersion[],
  compat: Compat,
  ramped: readonly number[],
): (hash: Cut) => readonly Segment[] {
  const entries = versions.map(({ value }) => value).filter(isJsonObject)
  const percents = [...entries.flatMap(percentsIn), ...ramped]
  const known = new Map<string, readonly Segment[]>()
  const make: Record<Kind, (seed: string) => readonly Segment[]> = {
    point: () =>
      pointSegments(
        percents,
        entries.flatMap((entry) => mapped(entry, compat)),
      ),
    loid: () =>
      cut(
        percents.flatMap((percent) => [Math.floor(percent), Math.ceil(percent)]),
        100,
      ),
    hundredth: () =>
      cut([...entries.flatMap(hundredthsIn), ...endsOf(ramped, HUNDREDTHS)], HUNDREDTHS),
    stable: () => cut([...entries.flatMap(stableEnds), ...endsOf(ramped, POINTS)], POINTS),
    thousandth: (seed) => cut(cutsAt(ruleEnds(versions, seed), 1000), 1000),
    tenThousandth: (seed) => cut(cutsAt(ruleEnds(versions, seed), 10_000), 10_000),
    // Nobody knows how many there are of either side: each is a kind of its own.
    coin: () => [0, 1].map((at) => ({ at, share: 1 })),
  }
  return ({ kind, seed = '' }) => {
    const key = `${kind} ${seed}`
    const segments = known.get(key) ?? make[kind](seed)
    known.set(key, segments)
    return segments
  }
}

/** From 0 to `size`, cut at each of these. */
function cut(at: readonly number[], size: number): readonly Segment[] {
  const ends = [...new Set([...at, size])].filter((end) => end > 0 && end <= size)
  ends.sort((a, b) => a - b)
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0
    return { at: start, share: (end - start) / size }
  })
}

/** Percentages of visitors; r2 takes true for 1. */
const percentsIn = (entry: JsonObject): readonly number[] =>
  [own(entry, 'percent_loggedin'), own(entry, 'percent_loggedout')].flatMap((value) =>
    typeof value === 'number' || value === true ? [Number(value)] : [],
  )

/** Percentages of visitors are rounded, those of traffic take part of a bucket for all of it. */
const endsOf = (percents: readonly number[], size: number): readonly number[] =>
  percents.flatMap((percent) => [Math.round((percent / 100) * size), bucketsBelow(percent, size)])

/** Points where a percentage ends, that of r2 and that of a fraction within a bucket included. */
function pointEnds(percent: number): readonly number[] {
  const points = Math.round((percent / 100) * POINTS)
  return [points, Math.ceil(percent) * (POINTS / 100), (points % (POINTS / 100)) * 100]
}

/**
 * Variants of r2 take turns at the buckets, so buckets with the same owners in all versions and on
 * the same side of each percentage are one segment.
 */
function pointSegments(
  percents: readonly number[],
  experiments: readonly (readonly SizedVariant[])[],
): readonly Segment[] {
  const pieces = cut(percents.flatMap(pointEnds), POINTS)
  if (experiments.length === 0) return pieces
  return pieces.flatMap(({ at, share }) =>
    byOwner(at, at + Math.round(share * POINTS), experiments),
  )
}

function byOwner(
  start: number,
  end: number,
  experiments: readonly (readonly SizedVariant[])[],
): readonly Segment[] {
  const owned = new Map<number, { readonly at: number; points: number }>()
  for (let at = start; at < end;) {
    const bucket = Math.floor(at / POINTS_PER_BUCKET)
    const next = Math.min(end, (bucket + 1) * POINTS_PER_BUCKET)
    const owners = ownersOf(bucket, experiments)
    const segment = owned.get(owners)
    if (segment) segment.points += next - at
    else owned.set(owners, { at, points: next - at })
    at = next
  }
  return [...owned.values()].map(({ at, points }) => ({ at, share: points / POINTS }))
}

/** A number for the variants that own a bucket: another one for other owners. */
const ownersOf = (bucket: number, experiments: readonly (readonly SizedVariant[])[]): number =>
  experiments.reduce((key, variants) => {
    const owner = variantOf(variants, bucket) ? (bucket % variants.length) + 1 : 0
    return key * (variants.length + 1) + owner
  }, 0)

const mappingIn = (holder: JsonObject, key: string): JsonObject => {
  const value = own(holder, key)
  return isJsonObject(value) ? value : {}
}

const experimentOf = (entry: JsonObject): JsonObject => mappingIn(entry, 'experiment')

/** The variants of an experiment that takes r2's turns. */
function mapped(entry: JsonObject, compat: Compat): readonly (readonly SizedVariant[])[] {
  if (!isJsonObject(own(entry, 'experiment'))) return []
  const variants = own(experimentOf(entry), 'variants')
  return [sizedVariants(isJsonObject(variants) ? variants : {}, silent(compat))]
}

/** Where the traffic and the variants of a list end. */
function hundredthsIn(entry: JsonObject): readonly number[] {
  const experiment = experimentOf(entry)
  const traffic = own(experiment, 'traffic')
  const variants = own(experiment, 'variants')
  const ends = isJsonList(variants)
    ? weightedVariants(variants, silent('liveflag')).map(({ limit }) => limit)
    : []
  return typeof traffic === 'number' ? [...ends, bucketsBelow(clamped(traffic), HUNDREDTHS)] : ends
}

/** Where the percentages, the traffic and the variants of the stable scheme end. */
function stableEnds(entry: JsonObject): readonly number[] {
  const experiment = experimentOf(entry)
  const domains = Object.keys(mappingIn(experiment, 'domain_shares'))
  const parts = domainShares(experiment, domains, silent('liveflag')).flatMap(({ range }) => range)
  const held = holdoutsIn(entry).map(([, percent]) => pointsOfHoldout(percent) ?? 0)
  if (!isStable(entry, 'liveflag')) return [...parts, ...held]
  const traffic = own(experiment, 'traffic')
  return [
    ...parts,
    ...held,
    ...percentsIn(entry).map((percent) => Math.round((percent / 100) * POINTS)),
    ...(typeof traffic === 'number' ? [bucketsBelow(clamped(traffic), POINTS)] : []),
    ...stableVariants(experiment, silent('liveflag')).flatMap(({ ranges }) => ranges.flat()),
  ]
}

const clamped = (percent: number): number => Math.min(100, Math.max(0, percent))

const silent = (compat: Compat): VariantsPlace => ({
  path: [],
  compat,
  report: () => undefined,
  unknownKey: () => undefined,
})
