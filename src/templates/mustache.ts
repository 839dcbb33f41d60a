import type { FeatureAnswers } from '../core/feature-answers'
import { findHelpers, type TemplateHelpers, type TemplateOptions } from './helpers'
import { withData, type WithData } from './with-data'

/** The package `mustache`. */
export interface Mustache {
  render(template: string, view: object): string
}

/**
 * Mustache whose templates ask by sections: `{{#feature.x}}…{{/feature.x}}` and
 * `{{^feature.x}}…{{/feature.x}}`, `{{#variant.x.blue}}…{{/variant.x.blue}}`, `{{variant.x}}` and
 * `{{value.x}}`. They ask about the request in the view's `features`, else about `features`.
 * Members of the view win.
 *
 * @example mustacheFeatures(mustache, features).render(template, { features: req.features })
 */
export function mustacheFeatures<M extends Mustache>(
  mustache: M,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): WithData<M, keyof Mustache> {
  const find = findHelpers('mustacheFeatures', features, options)
  return withData<M, keyof Mustache>(mustache, { renders: ['render'], compiles: [] }, (view) => ({
    ...sections(find(view)),
    ...view,
  }))
}

const sections = ({ isEnabled, variant, value }: TemplateHelpers): object => ({
  feature: membersFrom(isEnabled),
  variant: membersFrom((name) => {
    const drawn = variant(name)
    return drawn === undefined ? undefined : namedVariant(drawn)
  }),
  value: membersFrom((name) => value(name)),
})

/** The variant as a text, and a section of its name. */
const namedVariant = (drawn: string): object =>
  membersFrom((name) => (name === 'toString' ? () => drawn : name === drawn))

/** An object whose members are computed when a template names them. */
const membersFrom = (memberOf: (name: string) => unknown): object =>
  new Proxy(Object.create(null) as object, {
    has: (_, name) => typeof name === 'string',
    get: (_, name) => (typeof name === 'string' ? memberOf(name) : undefined),
  })
