import { isJsonObject, type JsonValue, kindOf, own } from '../core/json'
import type { Problem } from '../core/problem'
import { versionIn } from './clashes'
import type { Item } from './entries/judge'
import type { Version } from './entries/version'
import type { Part } from './part'
import type { Layer } from './snapshot'
import type { TimeSlice } from '../runtime/time-slice'

/**
 * Refuses values of an override file that switch nothing off or on, over features that are on or off:
 * `"off"` is a text, and each text is true. The value of `before` stays in force. A source without such
 * values keeps its layers. Yields between slices.
 */
export function* withoutNoSwitches(
  sources: readonly (readonly Layer[])[],
  parts: readonly (readonly Part[])[],
  before: readonly (readonly Layer[])[],
  slice: TimeSlice,
): Generator<void, Checked> {
  const problems: Problem[] = []
  const layers: (readonly Layer[])[] = []
  for (const [i, source] of sources.entries()) {
    const isOfValues = parts[i]?.some(({ document }) => document?.dialect === 'overrides')
    const below = sources.slice(0, i).flat()
    const among = { below, before: before[i] ?? [], slice }
    const found: Layer[] = []
    for (const layer of source)
      found.push(!isOfValues || i === 0 ? layer : yield* checked(layer, among, problems))
    layers.push(found)
  }
  return { layers, problems }
}

interface Checked {
  readonly layers: readonly (readonly Layer[])[]
  readonly problems: readonly Problem[]
}

interface Among {
  readonly below: readonly Layer[]
  /** The layers of the same source before. */
  readonly before: readonly Layer[]
  readonly slice: TimeSlice
}

function* checked(
  layer: Layer,
  { below, before, slice }: Among,
  problems: Problem[],
): Generator<void, Layer> {
  const items = new Map<string, Item>()
  for (const [name, item] of layer.items) {
    if (slice.isOver()) yield
    items.set(name, item)
    const overridden = below.findLast((one) => one.items.get(name)?.version)?.items.get(name)
    const problem = overridden?.version && noSwitch(name, item, overridden.version)
    if (problem === undefined) continue
    problems.push({ ...problem, source: layer.source })
    const version = lastSwitch(item.heldBack ? item.version : versionIn(before, name))
    const refused = { entry: item.entry, problems: [...item.problems, problem] }
    items.set(
      name,
      version ? { ...refused, version, heldBack: true } : { ...refused, heldBack: false },
    )
  }
  return { ...layer, items }
}

/** Undefined of a value that may be meant. */
function noSwitch(name: string, { entry }: Item, below: Version): Problem | undefined {
  const value = valueOf(entry.value)
  if (isSwitch(value) || !isOnOrOff(below)) return undefined
  const shown = typeof value === 'string' ? `text (${JSON.stringify(value)})` : kindOf(value)
  return {
    code: 'bad-type',
    severity: 'error',
    feature: name,
    message: `its value is ${shown}, and the feature is on or off; write true or false`,
    ...entry.locate(['default']),
  }
}

const valueOf = (entry: JsonValue): JsonValue =>
  own(isJsonObject(entry) ? entry : {}, 'default') ?? null

const isSwitch = (value: JsonValue): boolean =>
  value === null || typeof value === 'boolean' || typeof value === 'number'

/** The last good version, unless it is from when the feature had values. */
const lastSwitch = (version: Version | undefined): Version | undefined =>
  version && isSwitch(valueOf(version.definition.value)) ? version : undefined

/** Whether an entry has neither values nor variants. */
function isOnOrOff({ definition: { value, isPayload } }: Version): boolean {
  const keys = isJsonObject(value) ? Object.keys(value) : []
  return !isPayload && !keys.some((key) => HAVE_VALUES.includes(key))
}

const HAVE_VALUES: readonly string[] = ['default', 'rules', 'experiment']
