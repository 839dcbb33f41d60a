import { assignedBy, answersOn, type Answered } from '../../core/answers'
import type { Decision } from '../../core/decision'
import type { JsonObject, JsonValue } from '../../core/json'
import type { Assigned } from '../../core/trail'
import type { Features } from '../../engine/features'
import type { Questions } from '../../engine/questions'
import { exportedValue } from '../../export/feature'

/** An exposure that the client reports when it uses the flag. */
interface Track {
  readonly experiment: object
  readonly result: object
}

/**
 * Each named feature as GrowthBook's remote evaluation answers it: the value, and the exposures that
 * are pending. No condition, no share and no other variation's value is in it.
 */
export function reducedFeatures(
  features: Features,
  request: Questions,
  names: readonly string[],
): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): readonly (readonly [string, JsonValue])[] => {
      const feature = features.definition(name)?.feature
      if (feature === undefined) return []
      const decision = request.decide(name)
      return [[name, reduced(exportedValue(decision, feature), tracksOf(decision))]]
    }),
  )
}

const reduced = (value: JsonValue, tracks: readonly Track[]): JsonObject =>
  tracks.length === 0
    ? { defaultValue: value }
    : // What is made here is JSON, though not by its type.
      ({ defaultValue: value, rules: [{ force: value, tracks }] } as unknown as JsonObject)

/** Of the feature's own experiment and of those of features that it requires. */
const tracksOf = (decision: Decision): readonly Track[] =>
  [...answersOn(decision)].flatMap((answer) =>
    assignedBy(answer).map((assigned) => trackOf(assigned, answer)),
  )

function trackOf({ assignment, rule }: Assigned, answer: Answered): Track {
  const { experiment, experimentResult: result } = rule ?? {}
  if (experiment && result) return { experiment: scrubbed(experiment, result.variationId), result }
  // Of an experiment that is no rule's. Its variants have names and no numbers.
  const value = answer.value ?? answer.enabled ?? null
  const { variant, unit, kind } = assignment
  return {
    experiment: { key: assignment.experiment, variations: [value] },
    result: {
      key: variant,
      name: variant,
      variationId: 0,
      value,
      inExperiment: true,
      hashUsed: true,
      hashAttribute: kind === 'user' ? 'id' : kind,
      hashValue: unit,
      featureId: answer.feature,
      stickyBucketUsed: false,
    },
  }
}

/** What reports of an exposure name; whom the experiment is for, and what others get, is left out. */
function scrubbed(experiment: Readonly<Record<string, unknown>>, variation: number): object {
  const { key, name, phase, variations } = experiment
  const values: readonly unknown[] = Array.isArray(variations) ? variations : []
  return {
    key,
    ...(name !== undefined && { name }),
    ...(phase !== undefined && { phase }),
    variations: values.map((value, index) => (index === variation ? value : {})),
  }
}
