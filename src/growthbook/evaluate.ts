import { guarded } from '../core/guarded'
import type { Answer, ExperimentDefinition, ExperimentResult, RuleDetail } from '../core/rule-context'
import type { FeatureResult, GrowthBookContext, StickyDocument } from './context'
import { Evaluation, featureResultOf, follow } from './evaluation'
import { compileExperiment } from './experiment'
import { resultOf } from './outcome'
import { storeKept } from './sticky'
import { LoadedDocuments } from './sticky-documents'

/**
 * What a feature of `context.features` answers for `context.attributes`, with GrowthBook's semantics to the bit
 * (spec/growthbook.md, section 8). Compiles what it needs at each call; a live config is compiled once. Never throws.
 */
export function evalFeature(context: GrowthBookContext, key: string): FeatureResult {
  return evaluate(context, key, documentsOf(context))
}

/** What an inline experiment gives the visitor (section 9). */
export function runExperiment(context: GrowthBookContext, experiment: ExperimentDefinition): ExperimentResult {
  const evaluation = new Evaluation(context, documentsOf(context))
  const compiled = compileExperiment(experiment, evaluation.payload)
  const outcome = compiled.run(evaluation.asker)
  const { trail } = evaluation.asker
  for (const prerequisite of trail?.prerequisites ?? []) recount(context, prerequisite)
  if (trail) storeKept({ feature: '', trail }, evaluation.sticky)
  const { definition, variations, meta } = compiled
  const result = resultOf({ definition, variations, meta, featureId: null, outcome, hashed: compiled.hashed(evaluation.asker) })
  if (outcome.hashUsed && outcome.variation >= 0) tell(context, { source: 'experiment', ruleId: '', experiment, experimentResult: result })
  return result
}

export function evaluate(context: GrowthBookContext, key: string, sticky: LoadedDocuments | undefined): FeatureResult {
  const evaluation = new Evaluation(context, sticky)
  const decision = evaluation.decide(key)
  recount(context, decision ?? { feature: key })
  if (decision) storeKept(decision, sticky)
  return featureResultOf(decision)
}

/** Tells what an answer owes, its prerequisites' share included. */
function recount(context: GrowthBookContext, answer: Answer): void {
  follow(answer, (view) => tell(context, view), (asked) => used(context, asked.feature, featureResultOf(asked)))
}

/** Documents that came with the context; without a service nothing is written. */
function documentsOf({ stickyBucketService, stickyBucketAssignmentDocs = {} }: GrowthBookContext): LoadedDocuments | undefined {
  if (!stickyBucketService) return undefined
  return new LoadedDocuments(stickyBucketAssignmentDocs, (document: StickyDocument) => quietly(() => stickyBucketService.saveAssignments(document)))
}

function tell({ trackingCallback }: GrowthBookContext, { experiment, experimentResult }: RuleDetail): void {
  if (experiment && experimentResult) quietly(() => trackingCallback?.(experiment, experimentResult))
}

const used = ({ onFeatureUsage }: GrowthBookContext, feature: string, result: FeatureResult): void =>
  quietly(() => onFeatureUsage?.(feature, result))

/** An answer does not depend on the application's own code; and what that throws, there is nobody here to report to. */
export const quietly = (call: () => unknown): void => void guarded(call, () => undefined)
