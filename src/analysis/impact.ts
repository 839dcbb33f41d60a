import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import { type Facts, worldOf } from '../core/world'
import { atOnce, TimeSlice } from '../runtime/time-slice'
import { type Asked, ComparedClosures } from './compared-closures'
import { type Exact, exactImpact } from './impact-exact'
import { Budget } from './impact-spread'
import { PopulationCount } from './impact-count'
import type { FeatureImpact, Impact } from './impact-view'

export type { Asked, Impact }

/** Whom to ask about. */
export interface ImpactOptions {
  /** Where very many features change, only the first of them are asked: `population.size` says how many. */
  readonly population: readonly Facts[]
  /** Features that are listed. Default 1,000. */
  readonly most?: number
}

const MOST_FEATURES = 1000
/** Questions, each of them answered by both live configs: more would take longer than anybody waits. */
const MOST_QUESTIONS = 500_000
/** Features that are asked of one request, which caches their answers. */
const AT_ONCE = 50

/**
 * Compares two live configs: who gets which answer before and after. Yields every few milliseconds;
 * a server runs other work then.
 *
 * @example
 * const trial = await features.trial('config/live.yaml', text)
 * const steps = impactSteps(features, trial, { population: simulatedVisitors(1000) })
 */
export function* impactSteps(
  before: Asked,
  after: Asked,
  { population, most = MOST_FEATURES }: ImpactOptions,
): Generator<void, Impact> {
  const slice = new TimeSlice()
  const changed = yield* changedFeatures(before, after, slice)
  const listed = changed.slice(0, most)
  const asked = population.slice(0, Math.ceil(MOST_QUESTIONS / Math.max(1, listed.length)))
  const features: FeatureImpact[] = []
  const closures = new ComparedClosures(before, after)
  const budget = new Budget()
  let isNobody = listed.length === changed.length
  for (let start = 0; start < listed.length; start += AT_ONCE) {
    const names = listed.slice(start, start + AT_ONCE)
    for (const count of yield* askPopulation(names, before, after, asked, slice)) {
      if (slice.isOver()) yield
      const compared = closures.of(count.feature)
      const proof = yield* exactImpact(count.feature, compared, budget)
      const { isNobody: isNone, ...exact } = count.isAgainst(proof) ? withdrawn(proof) : proof
      isNobody &&= isNone
      features.push({ ...exact, ...count.view() })
    }
  }
  return { isNobody, features, more: changed.length - listed.length }
}

/** Who was counted is there, whatever the kinds say. */
const withdrawn = (proof: Exact): Exact => ({
  ...proof,
  classes: null,
  whyNot:
    'somebody of the population changes for whom no kind of visitors stands, which is an error of liveflag: please report it with both entries',
  later: [],
  isNobody: false,
})

/** The same at once. */
export const impactOf = (before: Asked, after: Asked, options: ImpactOptions): Impact =>
  atOnce(impactSteps(before, after, options))

/** Features that may answer otherwise, sorted: an edit reaches those that require it, too. */
function* changedFeatures(
  before: Asked,
  after: Asked,
  slice: TimeSlice,
): Generator<void, readonly string[]> {
  const names = [...new Set([...before.snapshot.names, ...after.snapshot.names])].sort()
  const changed = new Set<string>()
  for (const name of names) {
    if (slice.isOver()) yield
    if (!isSame(name, before, after)) changed.add(name)
  }
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

/** What is the same compiled feature is not compared any further: hashes of thousands take long. */
function isSame(name: string, before: Asked, after: Asked): boolean {
  const [old, now] = [before.definition(name)?.feature, after.definition(name)?.feature]
  return old === now || before.revision(name) === after.revision(name)
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
      return id === undefined ? [] : [nameOf(id)]
    })
  })
}

function* askPopulation(
  names: readonly string[],
  before: Asked,
  after: Asked,
  population: readonly Facts[],
  slice: TimeSlice,
): Generator<void, readonly PopulationCount[]> {
  const counts = names.map((feature) => new PopulationCount(feature, before, after, population))
  const toAsk = counts.filter(({ isCounted }) => !isCounted)
  if (toAsk.length === 0) return counts
  for (const [i, facts] of population.entries()) {
    if (slice.isOver()) yield
    const world = worldOf(facts)
    const [old, now] = [before.for(world), after.for(world)]
    for (const count of toAsk) count.ask(old, now, i)
  }
  return counts
}
