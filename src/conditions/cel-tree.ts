import type { ASTNode } from '@marcbachmann/cel-js' with { 'resolution-mode': 'import' }

/** The mapping of all attributes, for names that are no identifiers of CEL. */
export const ATTRIBUTES = 'attributes'
const MATCHES = 'matches'

/**
 * liveflag's own functions, put in the place of what CEL does otherwise; `cel-functions.ts` has
 * them.
 */
export const OWN = {
  /** A member of a value; null when it is absent or null, or has no members. */
  member: '_member',
  /** The value; null is an error, so that the expression has no answer. */
  given: '_given',
  has: '_has',
  /** What `timestamp` may be given; a time that does not exist is an error. */
  time: '_time',
  matches: '_matches',
} as const

/** What an expression names. */
export interface Named {
  /** Attributes that are read as variables. */
  readonly names: readonly string[]
  /** Attributes that are read as members of `attributes`. */
  readonly members: readonly string[]
  readonly patterns: readonly string[]
  /** Calls with literal arguments alone, as they are written: `duration("1d")`. */
  readonly constants: readonly string[]
  /**
   * Whether it goes through a list, so that its cost may be the product of two attributes' sizes.
   */
  readonly iteratesList: boolean
  /** The expression with liveflag's own functions. */
  readonly rewritten: string
}

/** Functions that ask each item of a list, and return a yes or no or some of the items. */
const LIST_FUNCTIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter'])
/** Functions that build values, of which a few in a row grow beyond all memory. */
const GROWING: ReadonlySet<string> = new Set(['map', 'bind'])
/** Identifiers that mean something else than an attribute. */
const WORDS: ReadonlySet<string> = new Set(
  'bool bytes double dyn google int list map null_type optional string type uint'.split(' '),
)

/** Reads what an expression names; returns a text that says what it must not have. */
export function readTree(root: ASTNode, text: string): Named | string {
  const reader = new Reader(text)
  reader.read(root, { bound: new Set(), within: false })
  const { names, members, patterns, constants, iteratesList, problem } = reader
  return (
    problem ?? {
      names: [...names],
      members: [...members],
      patterns: [...patterns],
      constants,
      iteratesList,
      rewritten: reader.rewritten(),
    }
  )
}

interface Scope {
  /** Variables of the list functions around. */
  readonly bound: ReadonlySet<string>
  /** Whether there is a list function around. */
  readonly within: boolean
}

/** A piece of the text, and what replaces it. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

type Access = Extract<ASTNode, { op: '.' | '[]' }>

class Reader {
  readonly names = new Set<string>()
  readonly members = new Set<string>()
  readonly patterns = new Set<string>()
  readonly constants: string[] = []
  iteratesList = false
  problem: string | undefined
  private readonly edits: Edit[] = []

  constructor(private readonly text: string) {}

  /** The text with every edit. Those that begin at one place are applied in their order. */
  rewritten(): string {
    let written = ''
    let at = 0
    for (const { from, to, text } of [...this.edits].sort((a, b) => a.from - b.from)) {
      written += this.text.slice(at, from) + text
      at = to
    }
    return written + this.text.slice(at)
  }

  read(node: ASTNode, scope: Scope): void {
    if (node.op === 'id') this.name(node.args, scope)
    else if (node.op === '.' || node.op === '[]') this.access(node, scope, true)
    else if (node.op === '==' || node.op === '!=') this.equality(node, scope)
    else if (node.op === 'call') this.call(node, scope)
    else if (node.op === 'rcall') this.method(node, scope)
    else for (const child of childrenOf(node.args)) this.read(child, scope)
  }

  private name(name: string, { bound }: Scope): void {
    if (bound.has(name)) return
    if (name === ATTRIBUTES)
      this.problem ??= 'asks for all attributes; name the one that is meant: attributes.country'
    else if (WORDS.has(name) && !/\btype\s*\(/.test(this.text))
      this.problem ??= `has ${name}, which is a word of CEL; write attributes.${name} for the attribute`
    else this.names.add(name)
  }

  /** An operand that may be absent: `null` to compare with, false to `has`. */
  private guarded(node: ASTNode, scope: Scope): void {
    if (node.op === '.' || node.op === '[]') this.access(node, scope, false)
    else if (node.op === 'id' && !scope.bound.has(node.args)) this.root(node, scope)
    else this.read(node, scope)
  }

  /** An attribute in the place of a variable, which would be an error when it is absent. */
  private root(node: Extract<ASTNode, { op: 'id' }>, scope: Scope): void {
    const name = node.args
    if (name === ATTRIBUTES) return this.name(name, scope)
    this.members.add(name)
    const text = `${OWN.member}(${ATTRIBUTES}, ${JSON.stringify(name)})`
    this.edits.push({ from: node.start, to: node.end, text })
  }

  /** `a.b` and `a[b]` become `_given(_member(a, b))`: a null is an error, as an absent one is. */
  private access(node: Access, scope: Scope, isNeeded: boolean): void {
    const [object, key] = node.args
    const isAttribute =
      object.op === 'id' && object.args === ATTRIBUTES && !scope.bound.has(ATTRIBUTES)
    const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined
    if (isAttribute && typeof name === 'string') this.members.add(name)
    const pieces = this.piecesOf(object, key, node)
    if (pieces && isNeeded)
      this.edits.push({ from: node.start, to: node.start, text: `${OWN.given}(` })
    if (pieces) this.edits.push({ from: node.start, to: node.start, text: `${OWN.member}(` })
    if (!isAttribute || typeof name !== 'string') {
      if (pieces) this.guarded(object, scope)
      else this.read(object, scope)
    }
    this.edits.push(...(pieces ?? []))
    if (typeof key !== 'string') this.read(key, scope)
    if (pieces && isNeeded) this.edits.push({ from: node.end, to: node.end, text: ')' })
  }

  /** The edits around a key; undefined where parentheses stand between, which few write. */
  private piecesOf(object: ASTNode, key: ASTNode | string, node: Access): Edit[] | undefined {
    if (typeof key === 'string') {
      const isPlain = /^\s*\.\s*\w+$/.test(this.text.slice(object.end, node.end))
      return isPlain
        ? [{ from: object.end, to: node.end, text: `, ${JSON.stringify(key)})` }]
        : undefined
    }
    const before = this.text.slice(object.end, key.start)
    const after = this.text.slice(key.end, node.end)
    return /^\s*\[\s*$/.test(before) && /^\s*\]$/.test(after)
      ? [
          { from: object.end, to: key.start, text: ', ' },
          { from: key.end, to: node.end, text: ')' },
        ]
      : undefined
  }

  private equality({ args: [a, b] }: Extract<ASTNode, { op: '==' | '!=' }>, scope: Scope): void {
    if (isNull(b)) this.guarded(a, scope)
    else this.read(a, scope)
    if (isNull(a)) this.guarded(b, scope)
    else this.read(b, scope)
  }

  private call(node: Extract<ASTNode, { op: 'call' }>, scope: Scope): void {
    const [name, args] = node.args
    const [first] = args
    if (name === 'has' && first && ['id', '.', '[]'].includes(first.op)) {
      this.rename(node.start, name, OWN.has)
      this.guarded(first, scope)
      return
    }
    if (name === 'timestamp') this.rename(node.start, name, `${name}(${OWN.time}`)
    if (args.length > 0 && args.every(({ op }) => op === 'value'))
      this.constants.push(this.text.slice(node.start, node.end))
    for (const arg of args) this.read(arg, scope)
    if (name === 'timestamp') this.edits.push({ from: node.end, to: node.end, text: ')' })
  }

  private rename(at: number, name: string, own: string): void {
    if (this.text.startsWith(name, at))
      this.edits.push({ from: at, to: at + name.length, text: own })
  }

  private method(
    { args: [method, receiver, args] }: Extract<ASTNode, { op: 'rcall' }>,
    scope: Scope,
  ): void {
    this.read(receiver, scope)
    const [variable] = args
    if (GROWING.has(method))
      this.problem ??= `builds values with ${method}, which may grow without end; write it with exists, all or filter`
    if (LIST_FUNCTIONS.has(method) && variable?.op === 'id') {
      if (scope.within)
        this.problem ??= `goes through a list within another (${method}), which may take long; write it without`
      this.iteratesList = true
      const inner = { bound: new Set([...scope.bound, variable.args]), within: true }
      for (const arg of args.slice(1)) this.read(arg, inner)
      return
    }
    if (method === MATCHES) this.pattern(receiver, args)
    for (const arg of args) this.read(arg, scope)
  }

  private pattern(receiver: ASTNode, [pattern]: readonly ASTNode[]): void {
    const gap = /^[\s)]*\.\s*(?=matches\b)/.exec(this.text.slice(receiver.end))
    if (gap === null || pattern?.op !== 'value' || typeof pattern.args !== 'string') {
      this.problem ??=
        'has a pattern that is not written out; write it as a text: name.matches("^a")'
      return
    }
    this.patterns.add(pattern.args)
    this.rename(receiver.end + gap[0].length, MATCHES, OWN.matches)
  }
}

const isNull = (node: ASTNode): boolean => node.op === 'value' && node.args === null

/** The nodes among the arguments of an operator. */
function* childrenOf(args: unknown): Generator<ASTNode> {
  if (Array.isArray(args)) for (const arg of args) yield* childrenOf(arg)
  else if (isNode(args)) yield args
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value
