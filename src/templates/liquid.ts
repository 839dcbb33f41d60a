import type { FeatureAnswers } from '../core/feature-answers'
import type { JsonValue } from '../core/json'
import { findHelpers, isShown, type TemplateHelpers, type TemplateOptions } from './helpers'

/** An instance of `Liquid`, of the package `liquidjs`; the parts of it that a tag needs. */
export interface Liquid {
  /** What a tag is, the types of each version of LiquidJS say otherwise. */
  registerTag(name: string, tag: never): void
  registerFilter(name: string, filter: (...args: unknown[]) => unknown): void
}

interface Scope {
  getAll(): object
}

interface TagToken {
  readonly args: string
  readonly tokenizer: { readValue(): { getText(): string } | undefined }
  getText(): string
}

interface Stream {
  on(event: string, then: (found: unknown) => void): Stream
  start(): unknown
  stop(): unknown
}

/** The members of Liquid's own tags that this tag uses, and those that it sets. */
interface TagInstance {
  readonly liquid: {
    readonly renderer: {
      renderTemplates(templates: readonly unknown[], scope: Scope, emitter: object): unknown
    }
    readonly parser: { parseStream(remaining: unknown[]): Stream }
    _evalValue(expression: string, scope: Scope): Iterable<unknown>
  }
  /** Set by `parse`. */
  block?: Block
}

interface Block {
  readonly condition: string
  readonly shown: readonly unknown[]
  readonly otherwise: readonly unknown[]
}

interface FeatureTag {
  parse(this: TagInstance, token: TagToken, remaining: unknown[]): void
  render(this: TagInstance, scope: Scope, emitter: object): Generator<unknown, void, unknown>
}

/**
 * Registers in LiquidJS the tag `{% feature "x" %}…{% else %}…{% endfeature %}`, also with
 * `variant: "blue"`, and the filters `{{ "x" | variant }}`, `{{ "x" | value: 20 }}` and
 * `{{ "x" | feature }}`, which is true or false. They ask about the request in the scope's
 * `features`, else about `features`.
 *
 * @example liquidFeatures(engine, features)
 */
export function liquidFeatures(
  engine: Liquid,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): void {
  const find = findHelpers('liquidFeatures', features, options)
  for (const [name, filter] of Object.entries(FILTERS))
    engine.registerFilter(name, function (this: unknown, feature: unknown, ...args: unknown[]) {
      // LiquidJS calls a filter on an object with the scope of the render.
      const { context } = this as { readonly context: Scope }
      return filter(find(context.getAll()), feature as string, args)
    })
  engine.registerTag('feature', featureTag as never)
}

type Filter = (helpers: TemplateHelpers, name: string, args: readonly unknown[]) => unknown

const FILTERS: Readonly<Record<string, Filter>> = {
  feature: (helpers, name, args) => isShown(helpers, name, named(args, 'variant')),
  variant: ({ variant }, name) => variant(name),
  value: ({ value }, name, rest) => value(name, ...(rest as [JsonValue])),
}

/** `variant: "blue"` arrives as `['variant', 'blue']`. */
const named = (args: readonly unknown[], name: string): unknown =>
  args.find((arg): arg is readonly unknown[] => Array.isArray(arg) && arg[0] === name)?.[1]

const featureTag: FeatureTag = {
  parse(token, remaining) {
    const name = token.tokenizer.readValue()
    if (!name) throw new Error(`${token.getText()} names no feature: write {% feature "name" %}`)
    const end = token.args.indexOf(name.getText()) + name.getText().length
    const rest = token.args.slice(end).replace(/^\s*,/, '').trim()
    const shown: unknown[] = []
    const otherwise: unknown[] = []
    let templates = shown
    const stream = this.liquid.parser
      .parseStream(remaining)
      .on('tag:else', () => (templates = otherwise))
      .on('tag:endfeature', () => stream.stop())
      .on('template', (template) => templates.push(template))
      .on('end', () => {
        throw new Error(`${token.getText()} is not closed by {% endfeature %}`)
      })
    stream.start()
    // The tag asks what the filter of its name asks.
    const condition = `${name.getText()} | feature${rest && `: ${rest}`}`
    this.block = { condition, shown, otherwise }
  },
  *render(scope, emitter) {
    if (!this.block) return
    const { condition, shown, otherwise } = this.block
    const isOn = yield this.liquid._evalValue(condition, scope)
    const templates = isOn === true ? shown : otherwise
    yield this.liquid.renderer.renderTemplates(templates, scope, emitter)
  },
}
