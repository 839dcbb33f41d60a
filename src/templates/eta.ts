import type { FeatureAnswers } from '../core/feature-answers'
import { findHelpers, type TemplateOptions } from './helpers'
import { withData, type WithData } from './with-data'

/** An instance of `Eta`. */
export interface Eta {
  render(template: string, data: object): string
  renderAsync(template: string, data: object): Promise<string>
  renderString(template: string, data: object): string
  renderStringAsync(template: string, data: object): Promise<string>
}

/**
 * Eta whose templates ask `it.isEnabled('x')`, `it.variant('x')` and `it.value('x', 20)`: about the
 * request in the data's `features`, else about `features`. Data of the same names wins.
 *
 * @example const views = etaFeatures(new Eta({ views: 'views' }), features)
 */
export function etaFeatures<E extends Eta>(
  eta: E,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): WithData<E, keyof Eta> {
  const find = findHelpers('etaFeatures', features, options)
  return withData<E, keyof Eta>(
    eta,
    {
      renders: ['render', 'renderAsync', 'renderString', 'renderStringAsync'],
      compiles: [],
    },
    (data: object) => ({ ...find(data), ...data }),
  )
}
