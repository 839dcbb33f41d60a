import { isJsonObject, type JsonValue, kindOf, own } from '../core/json'
import type { Problem } from '../core/problem'
import { versionIn } from './clashes'
import type { Item } from './entries/judge'
import type { Version } from './entries/version'
import type { Part } from './part'
import type { Layer } from './snapshot'

/**
 * Refuses values of an override file that switch nothing off or on, over features that are on or off:
 * `"off"` is a text, and each text is true. The value of `before` stays in force. A source without such
 * values stays the same object.
 */
export function withoutNoSwitches(
  sources: readonly (readonly Layer[])[],
  parts: readonly (readonly Part[])[],
  before: readonly (readonly Layer[])[],
): { readonly layers: readonly (readonly Layer[])[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const layers = sources.map((source, i) => {
    const isOfValues = parts[i]?.some(({ document }) => document?.dialect === 'overrides')
    if (!isOfValues || i === 0) return source
    const below = sources.slice(0, i).flat()
    return source.map((layer) => checked(layer, below, before[i] ?? [], problems))
  })
  return { layers, problems }
}

function checked(
  layer: Layer,
  below: readonly Layer[],
  before: readonly Layer[],
  problems: Problem[],
): Layer {
  const items = new Map(layer.items)
  for (const [name, item] of layer.items) {
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
