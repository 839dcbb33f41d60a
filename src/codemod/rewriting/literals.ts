import { parser, type TS } from '../parser'
import type { Project } from '../project'
import { textOf } from '../script/names'
import type { Script } from '../script/script'
import type { Value } from './answer'

/** What is done with the value of an expression: all of it, whether it is truthy, or nothing. */
export type Use = 'value' | 'test' | 'nothing'

/** The value of a literal, or of a constant text. */
export interface Literal {
  readonly value: Value
  readonly isNull?: boolean
}

/** A literal of the code: a text, also a constant one, true, false, undefined or null. */
export function literalAt(
  node: TS.Node,
  { script, project }: { readonly script: Script; readonly project: Project },
): Literal | undefined {
  const ts = parser()
  const { SyntaxKind } = ts
  if (node.kind === SyntaxKind.TrueKeyword) return { value: true }
  if (node.kind === SyntaxKind.FalseKeyword) return { value: false }
  if (node.kind === SyntaxKind.NullKeyword) return { value: undefined, isNull: true }
  if (ts.isIdentifier(node) && node.text === 'undefined') return { value: undefined }
  const text = textOf(node, script, project)
  return text === undefined ? undefined : { value: text }
}
