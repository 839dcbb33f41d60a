import type { Change } from './draft'
import type { Tag } from './engines'
import type { Outcome } from './outcome'
import { cut, indentBefore, isAlone, outdented, type Span } from './spans'

/** A part of a block that is shown when its condition is the first that holds. */
export interface Branch {
  /** What begins it. */
  readonly tag: Tag
  /** Of `else`, always true. */
  readonly condition: Outcome
  /** The tag with another condition. */
  readonly withCondition?: ((text: string) => Change) | undefined
  /** The tag as the first of its block, and as `else`; undefined when it cannot be that. */
  readonly asFirst?: ((end: Tag) => readonly Change[]) | undefined
  readonly asElse?: (() => readonly Change[]) | undefined
}

/** `{% if a %}…{% elif b %}…{% else %}…{% endif %}`, or one of any other language. */
export interface Block {
  readonly branches: readonly Branch[]
  readonly end: Tag
  /** How the block becomes one of its branches, or nothing; default `only`. */
  readonly only?: (at: number | undefined) => readonly Change[]
}

/** The next step to take a feature out of a block; undefined when there is none. */
export function stepOf(text: string, block: Block): readonly Change[] | undefined {
  for (const [at, branch] of block.branches.entries()) {
    const { condition } = branch
    if (!condition.isChanged) continue
    const step =
      condition.known === undefined
        ? branch.withCondition && [branch.withCondition(condition.text)]
        : condition.known.value
          ? asLast(text, block, at)
          : without(text, block, at)
    if (step) return step
    if (branch.withCondition) return [branch.withCondition(condition.text)]
  }
  return undefined
}

/** What is after a branch that is always shown never is. */
function asLast(text: string, block: Block, at: number): readonly Change[] | undefined {
  if (at === 0) return kept(text, block, 0)
  const last = block.branches[at]
  const next = block.branches[at + 1]
  const changes = last?.asElse?.()
  return changes && next ? [...changes, { start: next.tag.start, end: block.end.start }] : changes
}

/** A block without a branch that is never shown. */
function without(text: string, block: Block, at: number): readonly Change[] | undefined {
  const { branches, end } = block
  const branch = branches[at]
  const next = branches[at + 1]
  if (!branch) return undefined
  if (at > 0) return [{ start: branch.tag.start, end: (next?.tag ?? end).start }]
  if (!next) return kept(text, block, undefined)
  if (isElse(next)) return kept(text, block, 1)
  const first = next.asFirst?.(end)
  return first && [{ start: branch.tag.start, end: next.tag.start }, ...first]
}

const isElse = ({ condition }: Branch): boolean =>
  !condition.isChanged && condition.known?.value === true

const kept = (text: string, block: Block, at: number | undefined): readonly Change[] =>
  block.only?.(at) ?? only(text, block, at)

/** The block becomes what is in one of its branches, or nothing. */
export function only(
  text: string,
  { branches, end }: Block,
  at: number | undefined,
): readonly Change[] {
  const [first] = branches
  if (!first) return []
  const chosen = at === undefined ? undefined : branches[at]
  if (!chosen || at === undefined) return [cut(text, { first: first.tag, last: end })]
  const next = branches[at + 1]?.tag ?? end
  const spans: readonly [Span, Span] = [
    { first: first.tag, last: chosen.tag },
    { first: next, last: end },
  ]
  const [opening, closing] = spans.map((span) => cut(text, span))
  if (!opening || !closing) return []
  if (opening.end >= closing.start) return [{ start: opening.start, end: closing.end }]
  const onLines = spans.every((span) => isAlone(text, span.first.start, span.last.end))
  const outer = indentBefore(text, first.tag.start)
  return [opening, ...(onLines ? outdented(text, opening.end, closing.start, outer) : []), closing]
}
