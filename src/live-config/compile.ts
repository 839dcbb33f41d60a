import type { Claim } from '../core/decision'
import { type Feature, NOBODY } from '../core/feature'
import { isJsonObject, type JsonObject, own } from '../core/json'
import type { Path } from '../core/problem'
import { truthy } from '../core/python'
import type { Compiler, Match, Place, Selector, Stage, Step } from '../core/selector'
import { compileDraw } from '../experiments/experiment'
import { selectors } from '../selectors'
import { constantOf } from '../selectors/enabled'
import { namedByUrl } from '../selectors/url'
import { isMetadata, meaningOf, metadataOf } from './metadata'

/** Compiles one entry's mapping into a Feature; what is wrong with it goes to `compiler.flaw`. */
export function compileFeature(mapping: JsonObject, compiler: Compiler): Feature {
  const place = placeIn(mapping, compiler)
  const steps = compileSteps(mapping, [], selectors, place)
  reportUnknown(mapping, [], selectors, [], compiler)
  const feature: Feature = {
    name: compiler.feature,
    steps,
    otherwise: NOBODY,
    listedByVariant: false,
    metadata: metadataOf(mapping),
    definition: meaningOf(mapping),
  }
  return compiler.compat === 'r2' ? asR2(feature, mapping, place) : withConstant(feature, constantOf(own(mapping, 'enabled'), compiler.compat))
}

const withConstant = (feature: Feature, constant: Claim | undefined): Feature =>
  constant ? { ...feature, constant, definition: constant.enabled ? 'on' : 'off' } : feature

const placeAt = (path: Path, site: Site): Place => ({ ...site, path, flaw: (flaw) => site.flaw({ path, ...flaw }) })

/** What only r2's semantics have: `variant()` as a question of its own, and `allEnabled` listing by it. */
function asR2(feature: Feature, mapping: JsonObject, place: Site): Feature {
  const experiment = own(mapping, 'experiment')
  const runs = isJsonObject(experiment) && truthy(experiment)
  const silent = { ...place, flaw: () => undefined }
  const byUrl = namedByUrl(own(mapping, 'url'), { ...silent, path: ['url'] })
  const byDraw = runs ? compileDraw(experiment, { ...silent, path: ['experiment'] }) : undefined
  const naming: Match | undefined = byUrl || byDraw ? (asker) => byUrl?.(asker) ?? byDraw?.(asker) : undefined
  const listedByVariant = runs && !truthy(own(experiment, 'page'))
  const id = runs ? own(experiment, 'experiment_id') : undefined
  if (naming) return { ...feature, naming, listedByVariant, ...(id !== undefined && id !== null && { experimentId: id }) }
  return withConstant(feature, constantOf(own(mapping, 'enabled'), 'r2'))
}

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
    const match = selector.compile(value, placeAt(at, place))
    if (match) drafts.push({ selector: selector.key, path: at, match, stage: selector.stage })
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
