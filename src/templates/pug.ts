import type { FeatureAnswers } from '../core/feature-answers'
import { findHelpers, type TemplateOptions } from './helpers'
import { withData, type WithData } from './with-data'

/** The package `pug`. */
export interface Pug {
  render(template: string, options?: object): unknown
  renderFile(path: string, options?: object): unknown
  compile(template: string, options?: object): unknown
  compileFile(path: string, options?: object): unknown
}

/**
 * Pug whose templates ask `isEnabled('x')`, `variant('x')` and `value('x', 20)`: about the request in
 * the data's `features`, else about `features`. Data of the same names wins.
 *
 * @example app.engine('pug', pugFeatures(pug, features).renderFile)
 */
export function pugFeatures<P extends Pug>(
  pug: P,
  features?: FeatureAnswers,
  options?: TemplateOptions,
): WithData<P, keyof Pug> {
  const find = findHelpers('pugFeatures', features, options)
  return withData<P, keyof Pug>(
    pug,
    { renders: ['render', 'renderFile'], compiles: ['compile', 'compileFile'] },
    (data: object) => ({ ...find(data), ...data }),
  )
}
