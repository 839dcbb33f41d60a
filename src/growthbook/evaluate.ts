import { createHash } from 'node:crypto'
import { compileCondition } from '../conditions/condition'
import { membersOf } from '../conditions/paths'
import { lazyPatterns } from '../conditions/lazy'
import { prepareSavedGroups } from '../conditions/saved-groups'
import { assignedBy, storeStickyAssignments } from '../core/answers'
import { quietly } from '../core/guarded'
import type { JsonObject, JsonValue } from '../core/json'
import type { StickyDocument, StickyService } from '../core/sticky'
import type { Answer, ExperimentDefinition, ExperimentResult, RuleDetail } from '../core/trail'
import { compileExperiment } from '../rules/experiment'
import { runInline } from '../rules/inline'
import { stickyAttributesOf } from '../rules/sticky-attributes'
import { LoadedDocuments } from '../sticky/documents'
import { loadSticky, type StickyOptions } from '../sticky/load'
import type { FeatureResult, GrowthBookContext } from './context'
import { evaluationOf, featureResultOf, follow } from './evaluation'

/**
 * What a feature of `context.features` answers for `context.attributes`, with GrowthBook's
 * semantics to the bit (docs/spec/growthbook.md, section 8). Compiles what it needs at each call; a
 * live config is compiled once. Never throws.
 *
 * @example evalFeature({ features: { a: { defaultValue: 1 } }, attributes: { id: '1' } }, 'a').value // 1
 */
export function evalFeature(context: GrowthBookContext, key: string): FeatureResult {
  return evaluate(context, key, documentsOf(context))
}

/** The result of an inline experiment for the visitor (docs/spec/growthbook.md, section 9). */
export function runExperiment(
  context: GrowthBookContext,
  experiment: ExperimentDefinition,
): ExperimentResult {
  const { evaluation, payload } = evaluationOf(context, documentsOf(context))
  const compiled = compileExperiment(experiment, payload)
  const { answer, result } = runInline(compiled, evaluation.asker)
  for (const prerequisite of answer.trail?.prerequisites ?? []) notify(context, prerequisite)
  storeStickyAssignments(answer, evaluation.sticky)
  for (const { rule } of assignedBy(answer)) track(context, rule)
  return result
}

export function evaluate(
  context: GrowthBookContext,
  key: string,
  sticky: LoadedDocuments | undefined,
): FeatureResult {
  const decision = evaluationOf(context, sticky).evaluation.decide(key)
  notify(context, decision)
  storeStickyAssignments(decision, sticky)
  return featureResultOf(decision)
}

/** Calls the callbacks for an answer, and for its prerequisites before. */
function notify(context: GrowthBookContext, answer: Answer): void {
  follow(
    answer,
    (rule) => track(context, rule),
    (asked) => used(context, asked.feature, featureResultOf(asked)),
  )
}

/** Documents that came with the context; without a service nothing is written. */
function documentsOf({
  stickyBucketService,
  stickyBucketAssignmentDocs = {},
}: GrowthBookContext): LoadedDocuments | undefined {
  if (!stickyBucketService) return undefined
  return new LoadedDocuments(stickyBucketAssignmentDocs, (document: StickyDocument) =>
    quietly(() => stickyBucketService.saveAssignments(document)),
  )
}

function track({ trackingCallback }: GrowthBookContext, rule: RuleDetail | undefined): void {
  const { experiment, experimentResult } = rule ?? {}
  if (experiment && experimentResult)
    quietly(() => trackingCallback?.(experiment, experimentResult))
}

const used = (
  { onFeatureUsage }: GrowthBookContext,
  feature: string,
  result: FeatureResult,
): void => quietly(() => onFeatureUsage?.(feature, result))

/**
 * Evaluates a condition once, from plain data. Compile a condition that is asked more than once.
 */
export function evalCondition(
  attributes: unknown,
  condition: JsonValue,
  savedGroups: JsonObject = {},
): boolean {
  const patterns = lazyPatterns()
  return compileCondition(condition, {
    groups: prepareSavedGroups(savedGroups, patterns),
    patterns,
    report: () => undefined,
  })(membersOf(attributes))
}

/**
 * What conditions on a secure attribute compare with: the SHA-256 of salt and value, in
 * hexadecimal. The application passes it as the attribute's value, so that the payload need not
 * name anybody.
 */
export function secureAttribute(salt: string, value: string | number): string {
  return createHash('sha256').update(`${salt}${value}`, 'utf8').digest('hex')
}

export interface StickyEvaluation {
  readonly result: FeatureResult
  /** This visitor's documents after the evaluation, by `attribute||value`. */
  readonly docs: Readonly<Record<string, StickyDocument>>
}

/**
 * What a feature answers when assignments are kept: loads the visitor's documents, then evaluates.
 * A new assignment is handed to the service at once and not waited for. Never rejects for what the
 * service does.
 */
export async function evalStickyFeature(
  context: GrowthBookContext,
  key: string,
  service: StickyService,
  options: StickyOptions = {},
): Promise<StickyEvaluation> {
  const names = stickyAttributesOf(context.features ?? {}, context.experiments)
  const documents = await loadSticky(
    service,
    { ...context.attributes, ...context.attributeOverrides },
    names,
    options,
  )
  return { result: evaluate(context, key, documents), docs: documents.all() }
}
