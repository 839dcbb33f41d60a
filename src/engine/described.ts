import type { DefinitionInForce, Feature } from '../core/feature'
import { isJsonObject, type JsonValue, own } from '../core/json'
import type { Position, Problem } from '../core/problem'
import type { Compat, Selector } from '../core/selector'
import { selectorsInWords, type SelectorInWords } from '../export/in-words'
import type { Snapshot } from '../live-config/snapshot'
import type { Settled } from './options'

export type { SelectorInWords }

/** A feature as its newest text has it, for people. */
export interface Described {
  readonly name: string
  /** The source of its text, and the place of the entry in that. */
  readonly source: string
  readonly position: Position
  /** The entry's value; of a text that is JSON, what it says. */
  readonly value: JsonValue
  /** What is in force: of an older text when the newest was refused; undefined when it is off. */
  readonly feature: Feature | undefined
  readonly problems: readonly Problem[]
  /** Whom it is for, selector by selector, in order of precedence; empty is nobody. */
  words(): readonly SelectorInWords[]
  /** The place of a key of the entry. It costs a search. */
  placeOf(key: string): Position
}

/** An entry as it was written, with the options by which it answers. */
export function definitionIn(
  snapshot: Snapshot,
  name: string,
  { forceByUrl: forcesByUrl, compat, loggedOutExperiments }: Settled,
): DefinitionInForce | undefined {
  const definition = snapshot.item(name)?.version?.definition
  if (definition === undefined) return undefined
  // Written out: a spread takes ten times as long, and who changes is asked of thousands.
  const { feature, value, isPayload, groups, bandits } = definition
  return { feature, value, isPayload, groups, bandits, forcesByUrl, compat, loggedOutExperiments }
}

/** Undefined when no text has the feature. */
export function describe(
  name: string,
  snapshot: Snapshot,
  selectors: readonly Selector[],
  compat: Compat,
): Described | undefined {
  const place = snapshot.placeOf(name)
  const item = snapshot.item(name)
  if (place === undefined || item === undefined) return undefined
  const { entry, source } = place
  const value = entry.json?.kind === 'mapping' ? entry.json.value : entry.value
  const isPayload = entry.dialect === 'growthbook'
  return {
    name,
    source,
    position: entry.position,
    value,
    feature: item.version?.feature,
    problems: item.problems,
    words: () => inWords(isPayload ? fromPayload(value) : value, selectors, compat),
    placeOf: (key) => entry.locate([isPayload && key === 'default' ? 'defaultValue' : key], 'key'),
  }
}

const EVERYBODY: readonly SelectorInWords[] = [{ selector: 'enabled', words: 'everybody' }]

function inWords(
  value: JsonValue,
  selectors: readonly Selector[],
  compat: Compat,
): readonly SelectorInWords[] {
  if (value === 'on' || value === true) return EVERYBODY
  return isJsonObject(value) ? selectorsInWords(value, compat, selectors) : []
}

/** A feature of a payload with the keys of an entry. */
function fromPayload(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value
  const entry: Record<string, JsonValue> = {}
  const rules = own(value, 'rules')
  const otherwise = own(value, 'defaultValue')
  if (rules !== undefined) entry['rules'] = rules
  if (otherwise !== undefined) entry['default'] = otherwise
  return entry
}
