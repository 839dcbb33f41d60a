import { isJsonObject, kindOf, own } from '../core/json'
import type { Problem } from '../core/problem'
import type { Item } from './entries/judge'
import type { Version } from './entries/version'
import type { Part } from './part'
import type { Layer } from './snapshot'

/**
 * Refuses values of an override file that switch nothing off or on, over features that are on or off:
 * `"off"` is a text, and each text is true. A source without such values stays the same object.
 */
export function withoutNoSwitches(
  sources: readonly (readonly Layer[])[],
  parts: readonly (readonly Part[])[],
): { readonly layers: readonly (readonly Layer[])[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const layers = sources.map((source, i) => {
    const isOfValues = parts[i]?.some(({ document }) => document?.dialect === 'overrides')
    if (!isOfValues || i === 0) return source
    const below = sources.slice(0, i).flat()
    return source.map((layer) => checked(layer, below, problems))
  })
  return { layers, problems }
}

function checked(layer: Layer, below: readonly Layer[], problems: Problem[]): Layer {
  const items = new Map(layer.items)
  for (const [name, item] of layer.items) {
    const overridden = below.findLast((one) => one.items.get(name)?.version)?.items.get(name)
    const problem = overridden?.version && noSwitch(name, item, overridden.version)
    if (problem === undefined) continue
    problems.push({ ...problem, source: layer.source })
    items.set(name, { entry: item.entry, heldBack: false, problems: [...item.problems, problem] })
  }
  return { ...layer, items }
}

/** Undefined of a value that may be meant. */
function noSwitch(name: string, { entry }: Item, below: Version): Problem | undefined {
  const value = own(isJsonObject(entry.value) ? entry.value : {}, 'default') ?? null
  const isSwitch = value === null || typeof value === 'boolean' || typeof value === 'number'
  if (isSwitch || !isOnOrOff(below)) return undefined
  const shown = typeof value === 'string' ? `text (${JSON.stringify(value)})` : kindOf(value)
  return {
    code: 'bad-type',
    severity: 'error',
    feature: name,
    message: `its value is ${shown}, and the feature is on or off; write true or false`,
    ...entry.locate(['default']),
  }
}

/** Whether an entry has neither values nor variants. */
function isOnOrOff({ definition: { value, isPayload } }: Version): boolean {
  const keys = isJsonObject(value) ? Object.keys(value) : []
  return !isPayload && !keys.some((key) => HAVE_VALUES.includes(key))
}

const HAVE_VALUES: readonly string[] = ['default', 'rules', 'experiment']
