import type { ASTNode } from '@marcbachmann/cel-js' with { 'resolution-mode': 'import' }

/** The map of all attributes, for names that are no identifiers and for `has`. */
export const ATTRIBUTES = 'attributes'
export const MATCHES = 'matches'

/** What an expression names. */
export interface Named {
  /** Attributes by their own names. */
  readonly names: readonly string[]
  /** Attributes as members of `attributes`. */
  readonly members: readonly string[]
  readonly patterns: readonly string[]
  /** Where each `matches` stands in the text, from 0. */
  readonly calls: readonly number[]
  /**
   * Whether it goes through a list, so that its cost may be the product of two attributes' sizes.
   */
  readonly goesThrough: boolean
}

/**
 * Functions that go through a list with a variable of their own, and give a yes or no for each
 * item.
 */
const THROUGH: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter'])
/** Functions that build values, of which a few in a row grow beyond all memory. */
const GROWING: ReadonlySet<string> = new Set(['map', 'bind'])

/** Reads what an expression names; or tells what it must not have. */
export function readTree(root: ASTNode, text: string): Named | string {
  const reader = new Reader(text)
  reader.read(root, new Set(), false)
  const { names, members, patterns, calls, goesThrough, fault } = reader
  return (
    fault ?? {
      names: [...names],
      members: [...members],
      patterns: [...patterns],
      calls,
      goesThrough,
    }
  )
}

class Reader {
  readonly names = new Set<string>()
  readonly members = new Set<string>()
  readonly patterns = new Set<string>()
  readonly calls: number[] = []
  goesThrough = false
  fault: string | undefined

  constructor(private readonly text: string) {}

  /** `bound`: variables of the list functions around; `within`: there is one around. */
  read(node: ASTNode, bound: ReadonlySet<string>, within: boolean): void {
    if (node.op === 'id') this.name(node.args, bound)
    else if (node.op === '.' || node.op === '.?' || node.op === '[]' || node.op === '[?]')
      this.member(node, bound, within)
    else if (node.op === 'rcall') this.call(node, bound, within)
    else for (const child of childrenOf(node.args)) this.read(child, bound, within)
  }

  private name(name: string, bound: ReadonlySet<string>): void {
    if (bound.has(name)) return
    if (name === ATTRIBUTES)
      this.fault ??= 'asks for all attributes; name the one that is meant: attributes.country'
    else this.names.add(name)
  }

  private member(
    { args: [object, key] }: Extract<ASTNode, { op: '.' | '.?' | '[]' | '[?]' }>,
    bound: ReadonlySet<string>,
    within: boolean,
  ): void {
    const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined
    if (
      object.op === 'id' &&
      object.args === ATTRIBUTES &&
      !bound.has(ATTRIBUTES) &&
      typeof name === 'string'
    ) {
      this.members.add(name)
      return
    }
    this.read(object, bound, within)
    if (typeof key !== 'string') this.read(key, bound, within)
  }

  private call(
    { args: [method, receiver, args] }: Extract<ASTNode, { op: 'rcall' }>,
    bound: ReadonlySet<string>,
    within: boolean,
  ): void {
    this.read(receiver, bound, within)
    const [variable] = args
    if (GROWING.has(method))
      this.fault ??= `builds values with ${method}, which may grow without end; write it with exists, all or filter`
    if (THROUGH.has(method) && variable?.op === 'id') {
      if (within)
        this.fault ??= `goes through a list within another (${method}), which may take long; write it without`
      this.goesThrough = true
      const inner = new Set([...bound, variable.args])
      for (const arg of args.slice(1)) this.read(arg, inner, true)
      return
    }
    if (method === MATCHES) this.pattern(receiver, args)
    for (const arg of args) this.read(arg, bound, within)
  }

  private pattern(receiver: ASTNode, [pattern]: readonly ASTNode[]): void {
    const gap = /^[\s)]*\.\s*(?=matches\b)/.exec(this.text.slice(receiver.end))
    if (gap === null || pattern?.op !== 'value' || typeof pattern.args !== 'string') {
      this.fault ??= 'has a pattern that is not written out; write it as a text: name.matches("^a")'
      return
    }
    this.patterns.add(pattern.args)
    this.calls.push(receiver.end + gap[0].length)
  }
}

/** The nodes among whatever an operator has. */
function* childrenOf(args: unknown): Generator<ASTNode> {
  if (Array.isArray(args)) for (const arg of args) yield* childrenOf(arg)
  else if (isNode(args)) yield args
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value
