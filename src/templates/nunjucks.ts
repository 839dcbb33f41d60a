import type { FeatureAnswers } from '../core/feature-answers'
import type { JsonValue } from '../core/json'
import { findHelpers, isShown, type TemplateHelpers, type TemplateOptions } from './helpers'

/** An `Environment` of Nunjucks; the parts of it that a tag needs. */
export interface NunjucksEnvironment {
  addFilter(name: string, filter: (...args: unknown[]) => unknown): unknown
  addGlobal(name: string, value: unknown): unknown
  addExtension(name: string, extension: FeatureExtension): unknown
}

interface Token {
  readonly value: string
  readonly lineno: number
  readonly colno: number
}

interface ArgumentList {
  readonly children: readonly unknown[]
}

interface Parser {
  nextToken(): Token
  parseSignature(tolerant: null, noParens: true): ArgumentList
  parseUntilBlocks(...names: string[]): unknown
  peekToken(): Token | undefined
  advanceAfterBlockEnd(name?: string): void
  fail(message: string, line: number, column: number): never
}

/** The classes of Nunjucks' syntax tree. */
type Nodes = Readonly<
  Record<
    'If' | 'Filter' | 'Symbol',
    new (line: number, column: number, ...parts: unknown[]) => unknown
  >
>

interface FeatureExtension {
  readonly tags: string[]
  parse(parser: Parser, nodes: Nodes): unknown
}

/** Nunjucks calls globals and filters on the context of the render. */
interface Context {
  lookup(name: string): unknown
}

/**
 * Registers in Nunjucks the tag `{% feature "x" %}…{% else %}…{% endfeature %}`, also with
 * `variant="blue"`, the functions `isEnabled("x")`, `variant("x")` and `value("x", 20)`, and the
 * filter `"x" | feature`. They ask about the request in the `features` of the data, else about
 * `features`. Data of the same names wins.
 *
 * @example nunjucksFeatures(nunjucks.configure('views', { express: app }), features)
 */
export function nunjucksFeatures(
  environment: NunjucksEnvironment,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): void {
  const find = findHelpers('nunjucksFeatures', features, options)
  const { name = 'features' } = options ?? {}
  const helpersOf = (context: unknown): TemplateHelpers =>
    find({ [name]: (context as Context).lookup(name) })
  environment.addGlobal('isEnabled', function (this: unknown, feature: string) {
    return helpersOf(this).isEnabled(feature)
  })
  environment.addGlobal('variant', function (this: unknown, feature: string) {
    return helpersOf(this).variant(feature)
  })
  environment.addGlobal('value', function (this: unknown, feature: string, ...rest: [JsonValue]) {
    return helpersOf(this).value(feature, ...rest)
  })
  environment.addFilter('feature', function (this: unknown, feature: unknown, named: unknown) {
    const { variant } = (named ?? {}) as { readonly variant?: unknown }
    return isShown(helpersOf(this), feature as string, variant)
  })
  environment.addExtension('feature', featureTag)
}

/**
 * The tag is parsed into an `{% if %}` on the filter of its name, so that what works within an if
 * works within it: loops, blocks, macros, asynchronous filters.
 */
const featureTag: FeatureExtension = {
  tags: ['feature'],
  parse(parser, nodes) {
    const { value, lineno, colno } = parser.nextToken()
    const given = parser.parseSignature(null, true)
    if (given.children.length === 0)
      parser.fail('feature: name one, as in {% feature "name" %}', lineno, colno)
    parser.advanceAfterBlockEnd(value)
    const shown = parser.parseUntilBlocks('else', 'endfeature')
    let otherwise: unknown = null
    if (parser.peekToken()?.value === 'else') {
      parser.advanceAfterBlockEnd()
      otherwise = parser.parseUntilBlocks('endfeature')
    }
    parser.advanceAfterBlockEnd()
    const filter = new nodes.Symbol(lineno, colno, 'feature')
    const condition = new nodes.Filter(lineno, colno, filter, given)
    return new nodes.If(lineno, colno, condition, shown, otherwise)
  },
}
