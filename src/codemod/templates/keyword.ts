import type { Tag } from './engines'

/** A tag of Nunjucks or Liquid: its first word, and what is after it. */
export interface Keyword {
  readonly tag: Tag
  readonly word: string
  readonly rest: string
  readonly restStart: number
}

/** A keyword with what belongs to it, up to its end. */
export interface Open {
  readonly parts: readonly Keyword[]
  readonly end: Keyword
}
