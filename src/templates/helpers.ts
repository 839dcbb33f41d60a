import {
  anyValueOf,
  type FeatureAnswers,
  isFeatureAnswers,
  valueOf,
  type ValueLike,
} from '../core/feature-answers'
import type { DefaultOf, FeatureName, VariantOf } from '../core/feature-types'
import type { JsonValue } from '../core/json'
import { badOption, checkOptions, type OptionKinds, TEXT } from '../core/options'

/** What templates ask. Plain functions: each works when it is taken off the object. */
export interface TemplateHelpers {
  /** Whether the visitor has the feature. False for an unknown name. */
  readonly isEnabled: (name: FeatureName) => boolean
  /** The visitor's variant, controls included. Undefined for an unknown name. */
  readonly variant: <Name extends FeatureName>(name: Name) => VariantOf<Name> | undefined
  readonly value: ValueHelper
}

interface ValueHelper {
  /** The feature's value; `otherwise` for an unknown name and for a value of another type. */
  <Name extends FeatureName, T extends DefaultOf<Name>>(name: Name, otherwise: T): ValueLike<T>
  /**
   * The value of whatever type, else the variant, else true; undefined for those who do not have
   * the feature.
   */
  (name: FeatureName): JsonValue | undefined
}

/**
 * The helpers that every template engine shows. They ask `request` when it is given; else
 * `features`, which is Features, and so the ambient request, or a request.
 *
 * @example
 * ejs.render("<% if (isEnabled('new_header')) { %>…<% } %>", { ...templateHelpers(req.features) })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when what is given has no isEnabled and variant
 */
export function templateHelpers(
  features: FeatureAnswers,
  request: FeatureAnswers = features,
): TemplateHelpers {
  if (!isFeatureAnswers(request))
    throw badOption('templateHelpers', 'the features', request, WANTED)
  return {
    isEnabled: (name) => request.isEnabled(name),
    variant: (name) => request.variant(name),
    value: (name: string, otherwise?: JsonValue) =>
      otherwise === undefined ? anyValueOf(request, name) : valueOf(request, name, otherwise),
  }
}

const WANTED = 'what openFeatures resolved to (await it), or a request'

/** How a template engine finds the request. */
export interface TemplateOptions {
  /**
   * The member of a render's data that has the request's questions. Default `features`, as the
   * middleware sets it.
   */
  readonly name?: string
}

const KINDS: OptionKinds<TemplateOptions> = { name: TEXT }

/** Returns the helpers of one render, by its data. */
export type FindHelpers = (data: unknown) => TemplateHelpers

/**
 * Returns whom a render asks: the request in its data, else `features`. An array of a product's
 * features in the data is neither.
 *
 * @param call the function that the application called, for messages
 */
export function findHelpers(
  call: string,
  features: FeatureAnswers | undefined,
  options: TemplateOptions = {},
): FindHelpers {
  checkOptions(call, options, KINDS)
  if (features !== undefined && !isFeatureAnswers(features))
    throw badOption(call, 'the second argument', features, WANTED)
  const { name = 'features' } = options
  const byDefault = features && templateHelpers(features)
  return (data) => {
    const given: unknown =
      typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
    if (isFeatureAnswers(given)) return templateHelpers(given)
    if (byDefault) return byDefault
    throw badOption(call, `${name} in the data of a render`, given, WANTED)
  }
}

/** Whether a block is shown: to those with the feature, or to those in one variant of it. */
export const isShown = (helpers: TemplateHelpers, name: string, variant: unknown): boolean =>
  variant === undefined ? helpers.isEnabled(name) : helpers.variant(name) === variant
