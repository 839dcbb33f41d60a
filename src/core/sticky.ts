/**
 * The sticky documents of one visitor; loaded before, so that deciding stays synchronous
 * (docs/spec/growthbook.md, section 10).
 */
export interface StickyDocuments {
  /** The assignments stored for an attribute's value; empty when there are none. */
  assignments(attribute: string, value: unknown): Readonly<Record<string, string>>
  /** Stores an assignment in memory and writes it in the background. */
  assign(attribute: string, value: unknown, key: string, variation: string): void
}

/** The assignments of one value of one attribute. */
export interface StickyDocument {
  readonly attributeName: string
  readonly attributeValue: string
  /** Variation keys by `experiment key__bucket version`. */
  readonly assignments: Readonly<Record<string, string>>
}

/** A store of sticky documents. */
export interface StickyService {
  getAssignments(
    attributeName: string,
    attributeValue: string,
  ): Promise<StickyDocument | null | undefined>
  /**
   * Adds the assignments to those that are stored. `loaded` is what the document is based on: where
   * another process has stored an assignment since then, that one stays, so that everybody finds the
   * first. Without `loaded` the newer one wins.
   */
  saveAssignments(document: StickyDocument, loaded?: StickyDocument): Promise<unknown>
  /**
   * All documents of one visitor in one call, by `attribute||value`; used instead of single reads
   * when it exists.
   */
  getAllAssignments?(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, StickyDocument>>>
}
