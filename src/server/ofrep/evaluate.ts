import type { Decision } from '../../core/decision'
import { worldOf } from '../../core/world'
import {
  type ContextMapping,
  type EvaluationContext,
  factsOfContext,
} from '../../engine/evaluation-context'
import type { Features } from '../../engine/features'
import type { Evaluations } from '../evaluations'
import { type FlagSet, flagSets } from './flag-set'
import { detailsOf, type Failure, isServed, ItemTexts, type OfrepMetadata } from './item'

export interface EvaluatorOptions {
  readonly flagSetId: string
  /** Further metadata of the flag set. */
  readonly metadata: OfrepMetadata
  readonly mapping: ContextMapping
}

/** A flag as JSON. */
export interface Evaluated {
  /** Undefined: it was evaluated. */
  readonly errorCode: Failure['errorCode'] | undefined
  readonly text: string
}

/** What answers about one content repeat, made once for it. */
interface Texts {
  readonly flags: FlagSet
  readonly single: ItemTexts
  readonly bulk: ItemTexts
  /** Metadata of the flag set; `version` names the content in force. */
  readonly set: string
  /** The same without the version. */
  readonly setWithoutVersion: string
}

/** Evaluates flags for contexts from outside; the engine decides, and each item is its Decision. */
export class Evaluator {
  private readonly flagSet: () => FlagSet
  private latest: Texts | undefined

  constructor(
    private readonly features: Features,
    private readonly options: EvaluatorOptions,
    private readonly evaluations: Pick<Evaluations, 'count'>,
  ) {
    this.flagSet = flagSets(features)
  }

  get isReady(): boolean {
    return this.features.content.status !== 'NOT_READY'
  }

  /** Of the content in force. */
  get texts(): Texts {
    const flags = this.flagSet()
    return this.latest?.flags === flags ? this.latest : (this.latest = this.textsOf(flags))
  }

  /**
   * One flag, as an application asks for it: an exposure is recorded when a variant is served.
   *
   * @param clientOnly the caller may see flags for browsers alone; another one does not exist
   */
  one(key: string, context: EvaluationContext, clientOnly: boolean): Evaluated {
    const { flags, single } = this.texts
    if (clientOnly && !flags.clientNames.includes(key)) return unknownFlag(key)
    // Not of a request that may be under way here: the caller is somebody else.
    const asked = this.features.about(worldOf(factsOfContext(context, this.options.mapping)))
    const decision = asked.decide(key)
    if (decision.error === undefined)
      this.evaluations.count(key, decision.variant ?? decision.value ?? decision.enabled)
    // The Decision is cached by now, so that this records alone.
    if (hasExposure(decision) && isServed(decision)) asked.isEnabled(key)
    return { errorCode: decision.error?.code, text: single.of(decision) }
  }

  /**
   * Every flag that the caller may see, of one snapshot, sorted, as a JSON list. Nothing is recorded.
   */
  all(context: EvaluationContext, clientOnly: boolean): string {
    const { flags, bulk } = this.texts
    const request = this.features.for(worldOf(factsOfContext(context, this.options.mapping)))
    const names = clientOnly ? flags.clientNames : flags.names
    return `[${names.map((name) => bulk.of(request.decide(name))).join(',')}]`
  }

  private textsOf(flags: FlagSet): Texts {
    const { flagSetId, metadata } = this.options
    const ofSet = { ...metadata, flagSetId }
    const set = { ...ofSet, version: flags.hash }
    return {
      flags,
      single: new ItemTexts((name) => ({ ...flags.metadataOf(name), ...set })),
      bulk: new ItemTexts((name) => flags.metadataOf(name)),
      set: JSON.stringify(set),
      setWithoutVersion: JSON.stringify(ofSet),
    }
  }
}

const hasExposure = ({ assignment, trail }: Decision): boolean =>
  assignment !== undefined || trail !== undefined

function unknownFlag(key: string): Evaluated {
  const errorCode = 'FLAG_NOT_FOUND'
  const failure: Failure = { key, errorCode, errorDetails: detailsOf(key, errorCode) }
  return { errorCode, text: JSON.stringify(failure) }
}
