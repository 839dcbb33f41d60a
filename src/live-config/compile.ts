import type { Claim } from '../core/decision'
import { type Feature, NOBODY } from '../core/feature'
import { type JsonObject, type JsonValue, own } from '../core/json'
import type { Path } from '../core/problem'
import type { Compiler, Match, Naming, Place, Selector, Stage, Step } from '../core/selector'
import { selectors } from '../selectors'
import { isMetadata, meaningOf, metadataOf } from './metadata'

/** Compiles one entry's mapping into a Feature; what is wrong with it goes to `compiler.flaw`. */
export function compileFeature(mapping: JsonObject, compiler: Compiler): Feature {
  const place = placeIn(mapping, compiler)
  const steps = compileSteps(mapping, [], selectors, place)
  reportUnknown(mapping, [], selectors, [], compiler)
  const constant = steps[0]?.constant
  const stopped = constant?.enabled === false
  const namings = stopped ? [] : compileNamings(mapping, steps, place)
  const fixed = namings.length === 0 ? constant : undefined
  return {
    name: compiler.feature,
    steps,
    otherwise: NOBODY,
    namings,
    compat: compiler.compat,
    metadata: metadataOf(mapping),
    definition: fixed ? plainDefinition(fixed) : meaningOf(mapping),
    ...(fixed && { constant: fixed }),
  }
}

/** `on`, `{enabled: on}` and `{enabled: on, gold: true}` are one thing. */
export const plainDefinition = ({ enabled }: Claim): JsonValue => (enabled ? 'on' : 'off')

function compileNamings(mapping: JsonObject, steps: readonly Step[], site: Site): readonly Naming[] {
  const namings: Naming[] = []
  for (const selector of selectors) {
    const value = own(mapping, selector.key)
    const match = steps.find((step) => step.selector === selector.key)?.match ?? NEVER
    const place = { ...site, path: [selector.key], flaw: () => undefined }
    const naming = value === undefined ? undefined : selector.naming?.(value, place, match)
    if (naming) namings.push(naming)
  }
  return namings
}

const NEVER: Match = () => undefined

const placeAt = (path: Path, site: Site): Place => ({ ...site, path, flaw: (flaw) => site.flaw({ path, ...flaw }) })

const WHO = selectors.filter((selector) => selector.stage === 'who' && selector.key !== 'enabled')

function compileWho(mapping: JsonObject, path: Path, others: readonly string[], compiler: Compiler): readonly Step[] {
  reportUnknown(mapping, path, WHO, others, compiler)
  return compileSteps(mapping, path, WHO, placeIn(mapping, compiler))
}

/** A Place but for its path; a fault is reported there unless the flaw says otherwise. */
type Site = Omit<Place, 'path'>

const placeIn = (mapping: JsonObject, compiler: Compiler): Site => ({
  ...compiler,
  entry: mapping,
  who: (inner, path, others) => compileWho(inner, path, others, compiler),
})

function compileSteps(mapping: JsonObject, path: Path, known: readonly Selector[], place: Site): readonly Step[] {
  const drafts: (Omit<Step, 'nextStage'> & { readonly stage: Stage })[] = []
  for (const selector of known) {
    const value = own(mapping, selector.key)
    if (value === undefined) continue
    const at = [...path, selector.key]
    const compiled = selector.compile(value, placeAt(at, place))
    if (compiled === undefined) continue
    const step = { selector: selector.key, path: at, stage: selector.stage }
    drafts.push(typeof compiled === 'function' ? { ...step, match: compiled } : { ...step, match: () => compiled, constant: compiled })
  }
  return drafts.map(({ stage, ...step }, i) => {
    const next = drafts.findIndex((other, j) => j > i && other.stage !== stage)
    return { ...step, nextStage: next < 0 ? drafts.length : next }
  })
}

function reportUnknown(mapping: JsonObject, path: Path, known: readonly Selector[], others: readonly string[], compiler: Compiler): void {
  const keys = new Set([...known.flatMap((selector) => [selector.key, ...Object.keys(selector.modifiers ?? {})]), ...others])
  for (const key of Object.keys(mapping)) {
    if (!keys.has(key) && !isMetadata(key)) compiler.unknownKey(key, [...path, key], [...keys])
  }
}
