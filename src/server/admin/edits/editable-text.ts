import type { HistoryKind } from '../../../sources/fleet-records'

/** The text of one source, where it is kept: it can be read, and replaced while it is as it was. */
export interface EditableText {
  /**
   * What it says now. Rejects where it cannot be read.
   *
   * @param known the stamp of what the caller has
   */
  read(known: string | undefined): Promise<StampedText | 'unchanged' | NoText>
  /**
   * Puts another text in its place while it has the bytes of a hash. Where it rejects, it may have
   * been replaced or not.
   *
   * @param onReady is called with the new hash when all but the replacement is done; what it throws
   * keeps the text as it is
   */
  replace(by: Replacement, onReady: (hash: string) => void): Promise<Replaced>
  /**
   * Whether it has the bytes of a hash, asked while nobody who shares the log can save. True where
   * that cannot be found out at once.
   */
  isStill(hash: string): boolean
}

export interface StampedText {
  readonly bytes: Uint8Array
  /** Differs when the bytes do. */
  readonly stamp: string
  /** Who wrote it, where that is known. */
  readonly signed?: Signature
}

export interface Signature {
  readonly by: string | null
  readonly reason: string | null
  readonly kind: HistoryKind
}

/** There is something else. */
export interface NoText {
  readonly whyNot: string
}

export interface Replacement {
  /** Of the text that it takes the place of. */
  readonly hash: string
  readonly text: string
  readonly by: string
  readonly reason: string
  /** It does away with what is wrong: nothing that is being tried, or was once, keeps it waiting. */
  readonly takesBack: 'switched off' | 'undone' | undefined
}

/** The new hash; undefined: the text was another one by then, and stays. */
export type Replaced = string | undefined | RefusedText

/** Whoever keeps the text does not take this one. */
export interface RefusedText {
  readonly refused: string
}

export const MOST_BYTES = 32 * 1024 * 1024
export const TOO_LARGE: NoText = { whyNot: 'it is too large to be shown' }
