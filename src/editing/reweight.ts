import { LiveflagError } from '../core/errors'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { EntryProblem } from '../core/selector'
import { didYouMean } from '../core/suggest'
import type { Holding } from '../experiments/ranges'
import { type Move, movesBetween, reallocated } from '../experiments/reallocate'
import { isStable } from '../experiments/scheme'
import { stableSizes, stableVariants } from '../experiments/stable-variants'
import { CONTROL_NAMES, type VariantsPlace } from '../experiments/variants'
import type { EntryChange } from './change'

/** New shares of an experiment. A variant that is not named keeps the share that it has. */
export interface NewShares {
  /** Percentages where `variants` is a mapping, weights where it is a list. */
  readonly shares: ReadonlyMap<string, number>
  /** Variants that are taken away. */
  readonly without: readonly string[]
  /** Names that are not there are new variants, and no typing errors. */
  readonly isAdding?: boolean
}

/** The changes of an entry that give its variants new shares, and who moves by them. */
export interface Reweighted {
  readonly changes: readonly EntryChange[]
  readonly before: readonly Holding[]
  readonly after: readonly Holding[]
  /** In points of a million; those of most points first. */
  readonly moves: readonly Move[]
  /** What the new shares do that is hardly meant. */
  readonly warnings: readonly string[]
}

/**
 * New `variants` and `ranges` for an experiment of the stable scheme, which move as few visitors as
 * possible.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT when the entry has no such experiment, or the shares
 *   are none
 */
export function reweighted(feature: string, entry: JsonValue, asked: NewShares): Reweighted {
  const experiment = experimentIn(feature, entry)
  const old = own(experiment, 'variants') ?? null
  const before = stableVariants(experiment, placeOf(feature, []))
  const variants = newVariants(old, asked)
  const warnings: string[] = []
  const sized = stableSizes(variants, placeOf(feature, warnings))
  const after = reallocated(
    before,
    sized.map(({ name, points }) => [name, points]),
  )
  const ranges = Object.fromEntries(after.map(({ name, ranges: of }) => [name, of.map(asJson)]))
  const set = (key: string, value: JsonValue): EntryChange => ({
    kind: 'set',
    feature,
    path: ['experiment', key],
    value,
  })
  const moves = movesBetween(before, after)
  const changes = [set('variants', variants), set('ranges', ranges)]
  return { changes, before, after, moves, warnings }
}

/**
 * `variants` with new shares, in the form that they have.
 *
 * @throws {LiveflagError} LIVEFLAG_CANNOT_EDIT for a variant that is not there
 */
export const newVariants = (old: JsonValue, asked: NewShares): JsonValue =>
  isJsonList(old) ? newList(old, asked) : newMapping(old, asked)

const asJson = ([from, to]: readonly [number, number]): JsonValue => [from, to]

function experimentIn(feature: string, entry: JsonValue): JsonObject {
  const experiment = isJsonObject(entry) ? own(entry, 'experiment') : undefined
  if (!isJsonObject(entry) || !isJsonObject(experiment))
    throw cannot(`feature_${feature} has no experiment, so there is nothing to weigh`)
  if (!isStable(entry, 'liveflag'))
    throw cannot(
      `feature_${feature} draws by r2's scheme, which has no ranges; write bucketing: stable into the entry before its experiment starts: it draws everybody anew`,
    )
  return experiment
}

/** The first error of what is read ends the edit. */
const placeOf = (feature: string, warnings: string[]): VariantsPlace => ({
  path: ['experiment'],
  compat: 'liveflag',
  report: ({ message, severity }: EntryProblem) => {
    if (severity !== 'warning') throw cannot(`feature_${feature}: ${message}`)
    warnings.push(message)
  },
  unknownKey: () => undefined,
})

function newMapping(old: JsonValue, asked: NewShares): JsonObject {
  const { shares, without } = asked
  const kept = Object.entries(isJsonObject(old) ? old : {})
  const names = kept.map(([name]) => name)
  checkNamed(without, names)
  // A mapping has the controls whether it names them or not.
  checkKnown(asked, [...new Set([...names, ...CONTROL_NAMES])])
  const merged = new Map<string, JsonValue>([...kept, ...shares])
  for (const name of without) merged.delete(name)
  return Object.fromEntries(merged)
}

function newList(old: readonly JsonValue[], asked: NewShares): JsonValue[] {
  const { shares, without } = asked
  const nameOf = (item: JsonValue): JsonValue | undefined =>
    isJsonObject(item) ? own(item, 'name') : undefined
  const names = old.map(nameOf)
  checkNamed(without, names)
  checkKnown(
    asked,
    names.filter((name) => typeof name === 'string'),
  )
  const kept = old
    .filter((item) => !without.some((name) => name === nameOf(item)))
    .map((item): JsonValue => {
      const name = nameOf(item)
      const weight = typeof name === 'string' ? shares.get(name) : undefined
      return weight === undefined || !isJsonObject(item) ? item : { ...item, weight }
    })
  const added = [...shares]
    .filter(([name]) => !names.includes(name))
    .map(([name, weight]) => ({ name, weight }))
  return [...kept, ...added]
}

function checkNamed(without: readonly string[], names: readonly unknown[]): void {
  const unknown = without.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw cannot(`there is no variant ${unknown} to take away; there are ${names.join(', ')}`)
}

function checkKnown({ shares, isAdding }: NewShares, names: readonly string[]): void {
  const unknown = isAdding ? undefined : [...shares.keys()].find((name) => !names.includes(name))
  if (unknown === undefined) return
  const meant = didYouMean(unknown, names)
  const hint = meant === undefined ? `there are ${names.join(', ')}.` : `did you mean ${meant}?`
  throw cannot(`there is no variant ${unknown}; ${hint} Give --add to add a variant`)
}

const cannot = (message: string): LiveflagError =>
  new LiveflagError('LIVEFLAG_CANNOT_EDIT', message)
