import { worldOf } from '../../core/world'
import {
  type ContextMapping,
  type EvaluationContext,
  factsOfContext,
} from '../../engine/evaluation-context'
import type { Features } from '../../engine/features'
import { type FlagSet, flagSets } from './flag-set'
import { detailsOf, type Item, itemOf, type OfrepMetadata } from './item'

export interface EvaluatorOptions {
  readonly flagSetId: string
  /** Further metadata of the flag set. */
  readonly metadata: OfrepMetadata
  readonly mapping: ContextMapping
}

/** Evaluates flags for contexts from outside; the engine decides, and each item is its Decision. */
export class Evaluator {
  readonly flagSet: () => FlagSet

  constructor(
    private readonly features: Features,
    private readonly options: EvaluatorOptions,
  ) {
    this.flagSet = flagSets(features)
  }

  get isReady(): boolean {
    return this.features.content.status !== 'NOT_READY'
  }

  /** Metadata of the flag set; `version` names the content in force. */
  get setMetadata(): OfrepMetadata {
    const { flagSetId, metadata } = this.options
    return { ...metadata, flagSetId, version: this.flagSet().hash }
  }

  /**
   * One flag, as an application asks for it: an exposure is recorded when a variant is served.
   *
   * @param clientOnly the caller may see flags for browsers alone; another one does not exist
   */
  one(key: string, context: EvaluationContext, clientOnly: boolean): Item {
    const flags = this.flagSet()
    if (clientOnly && !flags.clientNames.includes(key)) return unknownFlag(key)
    const facts = factsOfContext(context, this.options.mapping)
    // Not of a request that may be under way here: the caller is somebody else.
    const { global } = this.features
    const decision = global.decide(key, facts)
    const item = itemOf(decision, { ...flags.metadataOf(key), ...this.setMetadata })
    const isServed = 'value' in item
    if (isServed && (decision.assignment !== undefined || decision.trail !== undefined))
      global.isEnabled(key, facts)
    return item
  }

  /** Every flag that the caller may see, of one snapshot, sorted. Nothing is recorded. */
  all(context: EvaluationContext, clientOnly: boolean): readonly Item[] {
    const flags = this.flagSet()
    const request = this.features.for(worldOf(factsOfContext(context, this.options.mapping)))
    return (clientOnly ? flags.clientNames : flags.names).map((name) =>
      itemOf(request.decide(name), flags.metadataOf(name)),
    )
  }
}

const unknownFlag = (key: string): Item => ({
  key,
  errorCode: 'FLAG_NOT_FOUND',
  errorDetails: detailsOf(key, 'FLAG_NOT_FOUND'),
})
