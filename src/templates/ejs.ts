import type { FeatureAnswers } from '../core/feature-answers'
import { findHelpers, type TemplateOptions } from './helpers'
import { withData, type WithData } from './with-data'

/** The package `ejs`. */
export interface Ejs {
  render(template: string, data?: object, options?: object): unknown
  renderFile(path: string, data?: object): unknown
  compile(template: string, options?: object): unknown
}

/**
 * EJS whose templates ask `isEnabled('x')`, `variant('x')` and `value('x', 20)`: about the request in
 * the data's `features`, else about `features`. Data of the same names wins.
 *
 * @example app.engine('ejs', ejsFeatures(ejs, features).renderFile)
 */
export function ejsFeatures<E extends Ejs>(
  ejs: E,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): WithData<E, keyof Ejs> {
  const find = findHelpers('ejsFeatures', features, options)
  return withData<E, keyof Ejs>(
    ejs,
    { renders: ['render', 'renderFile'], compiles: ['compile'] },
    (data: object) => ({ ...find(data), ...data }),
  )
}
