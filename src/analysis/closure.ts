import type { DefinitionInForce } from '../core/feature'
import type { ExperimentInfo } from '../core/participation'
import { requiredBy } from '../rules/prerequisites'

/** What of a live config is read to ask features of it. */
export interface Defining {
  definition(name: string): DefinitionInForce | undefined
  /** One map for as long as the live config is the same. */
  readonly experiments: ReadonlyMap<string, ExperimentInfo>
}

/** Entries by feature; undefined where there is none. */
export type Closure = ReadonlyMap<string, DefinitionInForce | undefined>

/** The features, those that their rules require, and the experiments of their domains. */
export function closureOf(names: readonly string[], side: Defining): Closure {
  const found = new Map<string, DefinitionInForce | undefined>()
  const visited = new Set<string>()
  const sharing = sharingIn(side.experiments)
  const visit = (name: string): void => {
    if (found.has(name)) return
    const definition = side.definition(name)
    // A feature that is required and not there answers null; one that is asked is off.
    if (definition === undefined && !names.includes(name)) return
    found.set(name, definition)
    if (definition === undefined) return
    for (const { feature } of requiredBy(definition.value)) visit(feature)
    for (const domain of side.experiments.get(name)?.domains ?? []) {
      if (visited.has(domain)) continue
      visited.add(domain)
      for (const other of sharing.get(domain) ?? []) visit(other)
    }
  }
  for (const name of names) visit(name)
  return found
}

type Sharing = ReadonlyMap<string, readonly string[]>

const known = new WeakMap<Defining['experiments'], Sharing>()

/** The features of each domain. */
function sharingIn(experiments: Defining['experiments']): Sharing {
  const made = known.get(experiments)
  if (made) return made
  const sharing = new Map<string, string[]>()
  for (const [name, { domains }] of experiments)
    for (const domain of domains) {
      const features = sharing.get(domain)
      if (features) features.push(name)
      else sharing.set(domain, [name])
    }
  known.set(experiments, sharing)
  return sharing
}
