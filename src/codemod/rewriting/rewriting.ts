import type { TS } from '../parser'
import type { Script } from '../script/script'
import type { Forced } from './answer'
import type { Answers } from './answers'
import type { Expressions } from './expressions'

/** A file that is written anew: what its statements and elements need of the rest. */
export interface Rewriting {
  readonly script: Script
  readonly forced: Forced
  readonly answers: Answers
  readonly expressions: Expressions
  /** The new text of any node. */
  text(node: TS.Node): string
  /** The new text of an expression in a place in which any may be, so it needs no parentheses. */
  openText(node: TS.Node): string
  /** The old text of a node with its parts rewritten. */
  composed(node: TS.Node): string
  /** Whether a text is the old one of a node. */
  isSame(node: TS.Node, text: string): boolean
}
