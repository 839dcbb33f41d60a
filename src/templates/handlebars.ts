import type { FeatureAnswers } from '../core/feature-answers'
import type { JsonValue } from '../core/json'
import { findHelpers, isShown, type TemplateHelpers, type TemplateOptions } from './helpers'

/** The package `handlebars`, or what `handlebars.create()` returns. */
export interface Handlebars {
  registerHelper(name: string, helper: (...args: unknown[]) => unknown): void
}

/** What Handlebars passes to a helper behind its arguments. */
interface HelperOptions {
  readonly hash?: { readonly variant?: unknown }
  readonly data?: { readonly root?: unknown }
  /** Missing when the helper is not called as a block. */
  readonly fn?: (context: unknown) => string
  readonly inverse: (context: unknown) => string
}

/**
 * Registers helpers in Handlebars: `{{#feature "x"}}…{{else}}…{{/feature}}`, also with
 * `variant="blue"`, `{{variant "x"}}`, `{{value "x" 20}}` and `{{#if (isEnabled "x")}}`. They ask
 * about the request in the `features` of the data, else about `features`. `{{variant}}` and the like
 * without a name are members of the data, as before.
 *
 * @example handlebarsFeatures(handlebars, features)
 */
export function handlebarsFeatures(
  handlebars: Handlebars,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): void {
  const find = findHelpers('handlebarsFeatures', features, options)
  for (const [name, answer] of Object.entries(HELPERS))
    handlebars.registerHelper(name, function (this: unknown, ...args: unknown[]): unknown {
      // Handlebars passes its options last.
      const call = args.pop() as HelperOptions
      if (args.length === 0) return ownMember(this, name)
      return answer(find(call.data?.root ?? this), args, call, this)
    })
}

type Helper = (
  helpers: TemplateHelpers,
  args: readonly unknown[],
  call: HelperOptions,
  context: unknown,
) => unknown

const HELPERS: Readonly<Record<string, Helper>> = {
  feature(helpers, [name], { hash, fn, inverse }, context) {
    const shown = isShown(helpers, name as string, hash?.variant)
    if (!fn) return shown
    return shown ? fn(context) : inverse(context)
  },
  isEnabled: ({ isEnabled }, [name]) => isEnabled(name as string),
  variant: ({ variant }, [name]) => variant(name as string),
  value: ({ value }, args) => value(...(args as [string, JsonValue])),
}

const ownMember = (context: unknown, name: string): unknown =>
  typeof context === 'object' && context !== null && Object.hasOwn(context, name)
    ? Reflect.get(context, name)
    : undefined
