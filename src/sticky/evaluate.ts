import type { FeatureResult, GrowthBookContext, StickyDocument, StickyService } from '../growthbook/context'
import { evaluate } from '../growthbook/evaluate'
import { stickyAttributesOf } from '../growthbook/sticky-attributes'
import { loadSticky, type StickyOptions } from './load'

export interface StickyEvaluation {
  readonly result: FeatureResult
  /** This visitor's documents after the evaluation, by `attribute||value`. */
  readonly docs: Readonly<Record<string, StickyDocument>>
}

/**
 * What a feature answers when assignments are kept: loads the visitor's documents, then evaluates. A new assignment is
 * handed to the service at once and not waited for. Never rejects for what the service does.
 */
export async function evalStickyFeature(
  context: GrowthBookContext,
  key: string,
  service: StickyService,
  options: StickyOptions = {},
): Promise<StickyEvaluation> {
  const names = stickyAttributesOf(context.features ?? {}, context.experiments)
  const documents = await loadSticky(service, { ...context.attributes, ...context.attributeOverrides }, names, options)
  return { result: evaluate(context, key, documents), docs: documents.all() }
}
