import type { Environment, ParseResult } from '@marcbachmann/cel-js' with {
  'resolution-mode': 'import',
}
import type { Attributes, Expression, TargetingCompiler } from '../core/definitions'
import { type CelLeaf, leavesIn } from './cel-leaves'
import { registerFunctions } from './cel-functions'
import { ATTRIBUTES, type Named, OWN, readTree } from './cel-tree'
import { createLinearPatterns } from './patterns/linear'

/** The longest expression; a longer one is usually a list that should be a segment. */
const MAX_LENGTH = 4096
/**
 * The items, and pieces of 16 characters, that an expression which goes through a list may be given:
 * the square of it is still quick.
 */
const MAX_SIZE = 1000
const CHARACTERS = 16
const LIMITS = {
  maxAstNodes: 1000,
  maxDepth: 50,
  maxListElements: 1000,
  maxMapEntries: 100,
  maxCallArguments: 16,
}
const OPTIONS = { unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false }
/** Operators whose result is never true or false. */
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '-_'])
/** What an expression may grow to when liveflag's own functions are put in. */
const GROWTH = 5

/**
 * CEL by `@marcbachmann/cel-js`: parsed and type-checked here, once. The cost of an expression grows
 * with its length times the visitor's attributes: sizes are limited, no list is gone through within
 * another, and patterns take linear time. An attribute that is null counts as absent, at every
 * depth: `has` is false, it equals null, and any other use of it has no answer.
 */
export function createTargeting(): TargetingCompiler {
  const patterns = createLinearPatterns()
  const tests = new Map<string, (text: string) => boolean>()
  const loaded = loadEnvironment()
  if (typeof loaded === 'string') return () => loaded
  const plain = new loaded({ ...OPTIONS, limits: LIMITS })
  const cel = registerFunctions(
    new loaded({
      ...OPTIONS,
      limits: {
        ...LIMITS,
        maxAstNodes: LIMITS.maxAstNodes * GROWTH,
        maxDepth: LIMITS.maxDepth * GROWTH,
      },
    }).registerVariable(ATTRIBUTES, 'map'),
    (text, pattern) => tests.get(pattern)?.(text) === true,
  )
  return (text) => {
    if (text.length > MAX_LENGTH)
      return `targeting has ${text.length} characters; write at most ${MAX_LENGTH}, and long lists as segments`
    try {
      const tree = readTree(plain.parse(text).ast, text)
      if (typeof tree === 'string') return `targeting ${tree}`
      for (const pattern of tree.patterns) {
        const test = patterns(pattern, false)
        if (typeof test === 'string') return `targeting: ${test}`
        tests.set(pattern, test)
      }
      return compile(cel, tree)
    } catch (error) {
      return `targeting is no CEL expression: ${withHint(sentenceOf(error))}`
    }
  }
}

/**
 * The comparisons that an expression is made of; undefined when it asks anything else, or cannot be
 * parsed.
 */
export function celLeaves(text: string): readonly CelLeaf[] | undefined {
  const loaded = loadEnvironment()
  if (typeof loaded === 'string' || text.length > MAX_LENGTH) return undefined
  try {
    return leavesIn(new loaded({ ...OPTIONS, limits: LIMITS }).parse(text).ast, text)
  } catch {
    return undefined
  }
}

/** The package is an ES module, which Node can require from 20.19 on. */
function loadEnvironment(): typeof Environment | string {
  try {
    // The only import of the package; it is loaded when an entry has an expression.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody
    return (require('@marcbachmann/cel-js') as { Environment: typeof Environment }).Environment
  } catch (error) {
    return `targeting needs Node 20.19 or newer, or 22.12 or newer (${sentenceOf(error)})`
  }
}

function compile(cel: Environment, tree: Named): Expression | string {
  const parsed = cel.parse(tree.rewritten)
  const { valid, type, error } = parsed.check()
  if (!valid) return `targeting does not fit together: ${sentenceOf(error)}`
  if (type !== 'bool' && type !== 'dyn')
    return `targeting returns ${String(type)}; write a comparison, which is true or false`
  if (ARITHMETIC.has(parsed.ast.op))
    return 'targeting computes a value; write a comparison, which is true or false'
  const broken = brokenConstant(cel, tree.constants)
  if (broken !== undefined) return broken
  const expression = expressionOf(parsed, tree)
  const isConstant = tree.names.length === 0 && tree.members.length === 0
  return isConstant && expression(() => undefined) === undefined
    ? 'targeting asks for no attribute and has no answer, so it matches nobody; correct it'
    : expression
}

function expressionOf(parsed: ParseResult, { names, members, iteratesList }: Named): Expression {
  return (attributes) => {
    try {
      const context = contextOf(names, members, attributes)
      if (iteratesList && sizeOf(Object.values(context), MAX_SIZE) > MAX_SIZE) return undefined
      const held: unknown = parsed(context)
      return typeof held === 'boolean' ? held : undefined
    } catch {
      return undefined
    }
  }
}

/** A call such as `duration("1d")` that fails whatever the visitor has. */
function brokenConstant(cel: Environment, constants: readonly string[]): string | undefined {
  for (const call of constants) {
    try {
      cel.parse(call.replace(/^timestamp\b/, OWN.time))()
    } catch (error) {
      return `targeting has ${call}, which has no value: ${sentenceOf(error)}`
    }
  }
  return undefined
}

/** The attributes that the expression names, as far as the visitor has them. */
function contextOf(
  names: readonly string[],
  members: readonly string[],
  attributes: Attributes,
): Record<string, unknown> {
  const context = Object.create(null) as Record<string, unknown>
  for (const name of names) {
    const value = attributes(name) ?? undefined
    if (value !== undefined) context[name] = value
  }
  if (members.length > 0) {
    context[ATTRIBUTES] = new Map(
      members.map((name): [string, unknown] => [name, attributes(name) ?? null]),
    )
  }
  return context
}

/** Counts the items of a value, and its text in pieces, until they are too many. */
function sizeOf(value: unknown, most: number): number {
  if (typeof value === 'string') return 1 + value.length / CHARACTERS
  if (typeof value !== 'object' || value === null) return 1
  let size = 1
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
    size += sizeOf(inner, most - size)
    if (size > most) break
  }
  return size
}

/** The first line: the rest draws the expression with an arrow. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? ''

/** What to write for an attribute whose name the parser does not take. */
function withHint(sentence: string): string {
  const reserved = /^Reserved identifier: (\w+)/.exec(sentence)?.[1]
  if (reserved !== undefined)
    return `${reserved} is a reserved word; write attributes.${reserved} for the attribute`
  return sentence.startsWith('Unexpected token: IN')
    ? `${sentence}; write attributes["in"] for an attribute of that name`
    : sentence
}
