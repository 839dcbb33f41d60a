import { isJsonObject, type JsonValue } from '../core/json'
import type { Compat } from '../core/selector'
import { namedControls } from '../experiments/control'
import { type Ramp, rampsIn } from '../experiments/ramp'
import { type ConfiguredExperiment, experimentsOf } from './configured'

/** A ramp whose holds are judged, and the experiment whose traffic it is. */
export interface GatedRamp {
  readonly feature: string
  readonly experiment: ConfiguredExperiment
  readonly ramp: Ramp
}

/** The ramp that an entry has in its traffic, if it has gates, or edits of gates that it had. */
export function gatedRampIn(value: JsonValue | undefined): Ramp | undefined {
  const found = rampsIn(value).find(({ path }) => path[0] === 'experiment')?.ramp
  return found && found.gates.length + found.edits.length > 0 ? found : undefined
}

/** The same of an entry in force, with its experiment; undefined of one without. */
export function gatedRampOf(
  feature: string,
  value: JsonValue | undefined,
  compat: Compat,
): GatedRamp | undefined {
  const ramp = compat === 'r2' ? undefined : gatedRampIn(value)
  const [experiment] = ramp && isJsonObject(value) ? experimentsOf(feature, value, compat) : []
  return ramp && experiment && { feature, experiment, ramp }
}

/**
 * Why nobody can say which variant the others are compared with; undefined where it is said. A report shows
 * what it compares, and may take the first by name: a gate acts on it.
 */
export function whyNoControl({ shares = [], control }: ConfiguredExperiment): string | undefined {
  const variants = shares.map(({ variant }) => variant)
  return namedControls(variants, control).length > 0
    ? undefined
    : `there is no control: none of ${variants.join(', ') || 'its variants'} is called control, and the experiment has no key control`
}
