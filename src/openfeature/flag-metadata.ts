import type { FlagMetadata } from '@openfeature/server-sdk'
import { plainNotes } from '../core/metadata'
import type { Features } from '../engine/features'

const NONE: FlagMetadata = Object.freeze({})

/** Requests that are under way may still be on an earlier snapshot. */
const GENERATIONS = 3

interface OfGeneration {
  readonly own: FlagMetadata
  readonly byFeature: Map<string, FlagMetadata>
}

/**
 * What the answers say besides the value: the entry's own notes (`x-team: web` is `team`) and, unless
 * that is switched off, `flagSetId` and `version`. One frozen object for each feature and generation:
 * the SDK freezes what it is given.
 */
export class FlagMetadataCache {
  private readonly generations = new Map<number, OfGeneration>()

  constructor(
    private readonly features: Features,
    /** Undefined: the answers carry the entry's own notes alone. */
    private readonly flagSetId: string | undefined,
  ) {}

  /**
   * @param generation of the answer, so that the version is that of the content that decided it
   * @param contextId what was bucketed, when that is not the targeting key
   */
  of(name: string, generation: number, contextId: string | undefined): FlagMetadata {
    const known = this.generations.get(generation) ?? this.begin(generation)
    const metadata = known.byFeature.get(name) ?? this.add(name, known)
    return contextId === undefined || this.flagSetId === undefined
      ? metadata
      : { ...metadata, contextId }
  }

  private begin(generation: number): OfGeneration {
    const begun = { own: this.ownOf(generation), byFeature: new Map<string, FlagMetadata>() }
    this.generations.set(generation, begun)
    const [oldest] = this.generations.keys()
    if (this.generations.size > GENERATIONS && oldest !== undefined) this.generations.delete(oldest)
    return begun
  }

  private ownOf(generation: number): FlagMetadata {
    if (this.flagSetId === undefined) return NONE
    const { content } = this.features
    // Of a content that has been replaced meanwhile nobody knows the hash any more.
    const isCurrent = content.generation === generation
    return Object.freeze({
      flagSetId: this.flagSetId,
      ...(isCurrent && { version: content.hash }),
    })
  }

  /** A name that the live config lacks is not cached: names may be made up without end. */
  private add(name: string, { own, byFeature }: OfGeneration): FlagMetadata {
    const notes = this.features.metadata(name)
    if (notes === undefined) return own
    const metadata = Object.freeze({ ...plainNotes(notes), ...own })
    byFeature.set(name, metadata)
    return metadata
  }
}
