import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import { type Facts, worldOf } from '../core/world'
import { type Asked, exactImpact, type ImpactOptions } from './impact-exact'
import { answerOf, Changes } from './impact-matrix'
import type { FeatureImpact, Impact, ImpactExample } from './impact-view'

export type { Asked, Impact, ImpactOptions }

const MOST_FEATURES = 1000
const MOST_EXAMPLES = 100
/** Features that are asked of one request, which caches their answers. */
const AT_ONCE = 50

/**
 * Compares two live configs: who gets which answer before and after. Each step takes less than a
 * millisecond or two; a server runs other work between steps.
 *
 * @example
 * const steps = impactSteps(before, after, { population: simulatedVisitors(1000) })
 */
export function* impactSteps(
  before: Asked,
  after: Asked,
  options: ImpactOptions,
): Generator<void, Impact> {
  const changed = changedFeatures(before, after)
  const listed = changed.slice(0, options.most ?? MOST_FEATURES)
  const features: FeatureImpact[] = []
  let isNobody = listed.length === changed.length
  for (let start = 0; start < listed.length; start += AT_ONCE) {
    const names = listed.slice(start, start + AT_ONCE)
    const counts = yield* askPopulation(names, before, after, options.population)
    for (const count of counts) {
      const exact = exactImpact(count.feature, before, after, options)
      isNobody &&= exact.isNobody
      features.push({
        feature: count.feature,
        classes: exact.classes,
        whyNot: exact.whyNot,
        population: count.changes.matrix(),
        examples: count.examples,
      })
      yield
    }
  }
  return { isNobody, features, more: changed.length - listed.length }
}

/** The same at once. */
export function impactOf(before: Asked, after: Asked, options: ImpactOptions): Impact {
  const steps = impactSteps(before, after, options)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Features that may answer otherwise, sorted: an edit reaches those that require it, too. */
function changedFeatures(before: Asked, after: Asked): readonly string[] {
  const names = [...new Set([...before.snapshot.names, ...after.snapshot.names])].sort()
  const changed = new Set(names.filter((name) => before.revision(name) !== after.revision(name)))
  if (changed.size === 0) return []
  const domains = new Set(
    [before, after].flatMap(({ experiments }) =>
      [...experiments].flatMap(([name, { domains: of }]) => (changed.has(name) ? of : [])),
    ),
  )
  for (const [name, experiment] of after.experiments)
    if (experiment.domains.some((domain) => domains.has(domain))) changed.add(name)
  addDependents(names, changed, after)
  return names.filter((name) => changed.has(name))
}

/** Adds features whose rules require a changed one, and those that require these. */
function addDependents(names: readonly string[], changed: Set<string>, after: Asked): void {
  const required = names.flatMap((name) => {
    const definition = after.definition(name)
    return definition?.feature.asksOthers === true
      ? [{ name, parents: prerequisitesOf(definition.value) }]
      : []
  })
  for (let size = -1; size !== changed.size;) {
    size = changed.size
    for (const { name, parents } of required)
      if (parents.some((parent) => changed.has(parent))) changed.add(name)
  }
}

function prerequisitesOf(value: JsonValue): readonly string[] {
  const rules = isJsonObject(value) ? own(value, 'rules') : undefined
  return (isJsonList(rules) ? rules : []).flatMap((rule) => {
    const parents = isJsonObject(rule) ? own(rule, 'parentConditions') : undefined
    return (isJsonList(parents) ? parents : []).flatMap((parent) => {
      const id = isJsonObject(parent) ? own(parent, 'id') : undefined
      return typeof id === 'string' ? [id] : []
    })
  })
}

interface Count {
  readonly feature: string
  readonly changes: Changes
  readonly examples: ImpactExample[]
}

function* askPopulation(
  names: readonly string[],
  before: Asked,
  after: Asked,
  population: readonly Facts[],
): Generator<void, readonly Count[]> {
  const counts = names.map((feature): Count => ({ feature, changes: new Changes(), examples: [] }))
  for (const [i, facts] of population.entries()) {
    const world = worldOf(facts)
    const [old, now] = [before.for(world), after.for(world)]
    for (const { feature, changes, examples } of counts) {
      const from = answerOf(old.decide(feature))
      const to = answerOf(now.decide(feature))
      changes.add(from, to)
      if (from !== to && examples.length < MOST_EXAMPLES)
        examples.push({ unit: unitOf(facts, i), from, to })
    }
    yield
  }
  return counts
}

const unitOf = ({ user, loid }: Facts, i: number): string =>
  user?.id ?? user?.name ?? loid ?? `visitor ${i + 1}`
