import type { Environment, ParseResult } from '@marcbachmann/cel-js' with {
  'resolution-mode': 'import',
}
import type { Attributes, Expression, TargetingCompiler } from '../core/definitions'
import { ATTRIBUTES, MATCHES, type Named, readTree } from './cel-tree'
import { createLinearPatterns } from './patterns/linear'

/** Longer expressions are lists that want to be segments. */
const MAX_LENGTH = 4096
/**
 * What an expression that goes through a list may be given, in items and 16 characters of text: the
 * square of it is still quick.
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

/** As long as `matches`, so that places in the text stay. */
const LINEAR = 're2test'

/**
 * CEL by `@marcbachmann/cel-js`: parsed and type-checked here, once. What an expression costs grows
 * with its length times the visitor's attributes: sizes are limited, no list is gone through within
 * another, and patterns take linear time.
 */
export function createTargeting(): TargetingCompiler {
  const patterns = createLinearPatterns()
  const tests = new Map<string, (text: string) => boolean>()
  const environment = loadEnvironment()
  if (typeof environment === 'string') return () => environment
  const cel = new environment({ unlistedVariablesAreDyn: true, limits: LIMITS })
    .registerVariable(ATTRIBUTES, 'map')
    .registerFunction(
      `string.${LINEAR}(string): bool`,
      (text: string, pattern: string) => tests.get(pattern)?.(text) === true,
    )
  return (text) => {
    if (text.length > MAX_LENGTH)
      return `targeting has ${text.length} characters; write at most ${MAX_LENGTH}, and long lists as segments`
    try {
      const tree = readTree(cel.parse(text).ast, text)
      if (typeof tree === 'string') return `targeting ${tree}`
      for (const pattern of tree.patterns) {
        const test = patterns(pattern, false)
        if (typeof test === 'string') return `targeting: ${test}`
        tests.set(pattern, test)
      }
      return compile(cel.parse(inLinearTime(text, tree.calls)), tree)
    } catch (error) {
      return `targeting is no CEL expression: ${sentenceOf(error)}`
    }
  }
}

/** The package is an ES module, which Node loads at once from 20.19 on. */
function loadEnvironment(): typeof Environment | string {
  try {
    // The one place where the package comes in; it is CEL's only when an entry has an expression.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it for everybody
    return (require('@marcbachmann/cel-js') as { Environment: typeof Environment }).Environment
  } catch (error) {
    return `targeting needs Node 20.19 or newer, or 22.12 or newer (${sentenceOf(error)})`
  }
}

function compile(parsed: ParseResult, { names, members, goesThrough }: Named): Expression | string {
  const { valid, type, error } = parsed.check()
  if (!valid) return `targeting does not fit together: ${sentenceOf(error)}`
  if (type !== 'bool' && type !== 'dyn')
    return `targeting gives ${String(type)}; write a comparison, which is true or false`
  return (attributes) => {
    try {
      const context = contextOf(names, members, attributes)
      if (goesThrough && sizeOf(Object.values(context), MAX_SIZE) > MAX_SIZE) return undefined
      const held: unknown = parsed(context)
      return typeof held === 'boolean' ? held : undefined
    } catch {
      return undefined
    }
  }
}

/** What the expression names, as far as the visitor has it. */
function contextOf(
  names: readonly string[],
  members: readonly string[],
  attributes: Attributes,
): Record<string, unknown> {
  const context = Object.create(null) as Record<string, unknown>
  for (const name of names) {
    const value = attributes(name)
    if (value !== undefined) context[name] = value
  }
  if (members.length > 0) {
    context[ATTRIBUTES] = new Map(
      members
        .map((name): [string, unknown] => [name, attributes(name)])
        .filter(([, value]) => value !== undefined),
    )
  }
  return context
}

/** Items in a value, and its text in pieces, counted until they are too many. */
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

/** CEL's `matches` with JavaScript's backtracking patterns gives way to the linear ones. */
const inLinearTime = (text: string, calls: readonly number[]): string =>
  calls.reduce(
    (written, at) => written.slice(0, at) + LINEAR + written.slice(at + MATCHES.length),
    text,
  )

/** The first line: the rest draws the expression with an arrow. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? ''
