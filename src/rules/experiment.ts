import type { Asker } from '../core/asker'
import type { ExperimentDefinition } from '../core/trail'
import { compileAssignment } from './assignment'
import { forced, OUT, type Outcome, type Parts, partsOf } from './outcome'
import { getQueryStringOverride } from './query-override'
import { compileSticky } from './sticky'
import { compilePlace, compileTaking } from './taking'
import type { Payload } from './targeting'

/** An experiment, compiled: whom it includes, and which variation they get. */
export interface Experiment extends Parts {
  run(asker: Asker): Outcome
}

/**
 * Compiles an experiment, inline or built from a rule; its steps are those of
 * docs/spec/growthbook.md, section 9, in their order.
 */
export function compileExperiment(definition: ExperimentDefinition, payload: Payload): Experiment {
  const parts = partsOf(definition)
  const run = compileRun(parts, payload)
  return {
    ...parts,
    run: (asker) => {
      if (parts.variations.length < 2 || !asker.rules.enabled) return OUT
      if (!asker.rules.hasForcing) return run(asker)
      const override = asker.rules.override(parts.key)
      return override
        ? compileRun(partsOf({ ...definition, ...overriding(override) }), payload)(asker)
        : run(asker)
    },
  }
}

/** The keys of an experiment that the legacy overrides may replace. */
const OVERRIDABLE = [
  'condition',
  'weights',
  'active',
  'status',
  'force',
  'coverage',
  'groups',
  'namespace',
  'url',
]

const overriding = (override: ExperimentDefinition): ExperimentDefinition =>
  Object.fromEntries(Object.entries(override).filter(([key]) => OVERRIDABLE.includes(key)))

function compileRun(parts: Parts, payload: Payload): (asker: Asker) => Outcome {
  const { key, definition, variations, meta, hashed } = parts
  const count = variations.length
  const fits = compilePlace(definition, payload)
  const takes = compileTaking(parts, payload)
  const assign = compileAssignment(parts, payload)
  const stored = definition.disableStickyBucketing
    ? () => undefined
    : compileSticky(definition, key, meta)
  const fitsWithoutUrl = fits('')
  const isIdle = definition.status === 'draft' || definition.active === false
  return (asker) => {
    const { rules } = asker
    if (!rules.hasForcing) {
      if (!fitsWithoutUrl || isIdle) return OUT
      const unit = hashed(asker)
      return unit.value && takes(asker, unit) ? assign(asker, unit, undefined) : OUT
    }
    if (!fits(rules.url)) return OUT
    const byUrl = rules.url === '' ? null : getQueryStringOverride(key, rules.url, count)
    if (byUrl !== null) return forced(byUrl, count)
    const byRequest = rules.forcedVariation(key)
    if (byRequest !== undefined) return forced(byRequest, count)
    if (isIdle) return OUT
    const unit = hashed(asker)
    if (!unit.value) return OUT
    const sticky = stored(asker)
    return typeof sticky === 'number' || takes(asker, unit) ? assign(asker, unit, sticky) : OUT
  }
}
