import { LiveflagError } from '../core/errors'
import { isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import { didYouMean } from '../core/suggest'
import { isStable } from '../experiments/scheme'
import type { EntryChange } from './change'
import { newVariants, reweighted } from './reweight'

/** What is asked of one entry, in words: `percent` and `25`. */
export interface AskedEdit {
  readonly action: string
  readonly values: readonly string[]
  /** Of weights: variants that are not there are new. */
  readonly isAdding?: boolean
}

/** The entry that is to change; undefined where there is none yet. */
interface Target {
  readonly feature: string
  readonly value: JsonValue | undefined
  /** Reads a value as it would stand in the file. */
  readonly read: (written: string) => JsonValue
}

interface Action {
  readonly name: string
  /** What follows its name, as messages say it. */
  readonly takes: string
  readonly hasRight: (count: number) => boolean
  readonly changes: (
    target: Target,
    values: readonly string[],
    isAdding: boolean,
  ) => readonly EntryChange[]
}

const none = (count: number): boolean => count === 0
const one = (count: number): boolean => count === 1

/** Every action, in the order of the help. */
const ACTIONS: readonly Action[] = [
  { name: 'off', takes: '', hasRight: none, changes: (target) => [switched(target, 'off')] },
  { name: 'on', takes: '', hasRight: none, changes: (target) => [switched(target, 'on')] },
  { name: 'percent', takes: 'a percentage', hasRight: one, changes: percentChanges },
  { name: 'traffic', takes: 'a percentage', hasRight: one, changes: trafficChanges },
  { name: 'weights', takes: 'new=50 old=50', hasRight: (count) => count > 0, changes: weights },
  {
    name: 'set',
    takes: 'a key, with dots within, and a value',
    hasRight: (count) => count === 2,
    changes: ({ feature, read }, [key = '', value = '']) => [
      { kind: 'set', feature, path: key.split('.'), value: read(value) },
    ],
  },
  {
    name: 'unset',
    takes: 'a key, with dots within',
    hasRight: one,
    changes: ({ feature }, [key = '']) => [{ kind: 'unset', feature, path: key.split('.') }],
  },
  {
    name: 'add',
    takes: 'the value of the new entry',
    hasRight: one,
    changes: ({ feature, read }, [value = '']) => [{ kind: 'add', feature, value: read(value) }],
  },
  {
    name: 'delete',
    takes: '',
    hasRight: none,
    changes: ({ feature }) => [{ kind: 'delete', feature }],
  },
]

/**
 * The changes of an entry that an action in words asks for.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION for an unknown action or values that it does not take,
 *   LIVEFLAG_CANNOT_EDIT where the entry has nothing that it could change
 */
export function changesFor(
  { action, values, isAdding = false }: AskedEdit,
  target: Target,
): readonly EntryChange[] {
  const found = ACTIONS.find(({ name }) => name === action)
  if (found === undefined) {
    const names = ACTIONS.map(({ name }) => name)
    const meant = didYouMean(action, names)
    throw bad(
      `${JSON.stringify(action)} is no action; ${meant === undefined ? `write one of ${names.join(', ')}` : `did you mean ${meant}?`}`,
    )
  }
  const { name, takes } = found
  if (!found.hasRight(values.length))
    throw bad(`${name} takes ${takes === '' ? 'nothing more' : takes}; ${values.length} were given`)
  if (isAdding && action !== 'weights') throw bad(`${name} adds no variant, so take --add out`)
  return found.changes(target, values, isAdding)
}

/** A switch of a mapping keeps its other keys, so that the edit back is one word, too. */
function switched({ feature, value }: Target, to: 'on' | 'off'): EntryChange {
  return isJsonObject(value)
    ? { kind: 'set', feature, path: ['enabled'], value: to }
    : { kind: 'set', feature, value: to }
}

const PERCENTS = ['percent_loggedin', 'percent_loggedout']

/** Of both kinds of visitors those that the entry has a percentage of; else of the signed-in. */
function percentChanges(
  { feature, value }: Target,
  [written = '']: readonly string[],
): readonly EntryChange[] {
  const percent = percentIn(written)
  if (!isJsonObject(value)) return [{ kind: 'set', feature, value: { percent_loggedin: percent } }]
  const present = PERCENTS.filter((key) => Object.hasOwn(value, key))
  const keys = present.length > 0 ? present : PERCENTS.slice(0, 1)
  return keys.map((key) => ({ kind: 'set', feature, path: [key], value: percent }))
}

function trafficChanges(target: Target, [written = '']: readonly string[]): readonly EntryChange[] {
  experimentOf(target)
  const { feature } = target
  return [{ kind: 'set', feature, path: ['experiment', 'traffic'], value: percentIn(written) }]
}

/** Of a stable experiment the shares come with ranges that move as few as possible. */
function weights(
  target: Target,
  written: readonly string[],
  isAdding: boolean,
): readonly EntryChange[] {
  const { feature, value = null } = target
  const asked = { shares: sharesIn(written), without: [], isAdding }
  const experiment = experimentOf(target)
  if (isJsonObject(value) && isStable(value, 'liveflag'))
    return reweighted(feature, value, asked).changes
  const variants = newVariants(own(experiment, 'variants') ?? null, asked)
  return [{ kind: 'set', feature, path: ['experiment', 'variants'], value: variants }]
}

function experimentOf({ feature, value }: Target): JsonObject {
  const experiment = isJsonObject(value) ? own(value, 'experiment') : undefined
  if (isJsonObject(experiment)) return experiment
  throw new LiveflagError('LIVEFLAG_CANNOT_EDIT', `feature_${feature} has no experiment`)
}

/**
 * Variants and their shares, each once.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function sharesIn(written: readonly string[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  for (const [name, share] of written.map(shareIn)) {
    if (shares.has(name)) throw bad(`${name} has two shares; write one of them`)
    shares.set(name, share)
  }
  return shares
}

/** `newest=50`: the last `=` ends the name. */
function shareIn(written: string): readonly [name: string, share: number] {
  const at = written.lastIndexOf('=')
  const share = Number(written.slice(at + 1))
  if (at < 1 || written.slice(at + 1).trim() === '' || !Number.isFinite(share))
    throw bad(
      `${JSON.stringify(written)} is no share; write a variant and its share, such as newest=50`,
    )
  return [written.slice(0, at), share]
}

function percentIn(written: string): number {
  const percent = Number(written)
  if (written.trim() !== '' && percent >= 0 && percent <= 100) return percent
  throw bad(`${JSON.stringify(written)} is no percentage; write a number from 0 to 100`)
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
