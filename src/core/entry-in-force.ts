/**
 * The entry that an answer came from, and the content that it stood in: what records of the answer
 * keep, so that anybody can decide it again.
 */
export interface EntryInForce {
  /** SHA-256 of `text`, hex. */
  readonly revision: string
  /** SHA-256 of the whole content, hex. */
  readonly config: string
  /**
   * What the entry means, as canonical JSON without notes; or a list of that, of the groups and
   * bandits that it names, and of how it is read where that is not liveflag's own way.
   */
  readonly text: string
  /** The attributes that its experiments declare in `report_by`: rows have these, and no others. */
  readonly reportBy?: readonly string[]
}
