import {
  createContext,
  createElement,
  Fragment,
  type ReactElement,
  type ReactNode,
  useContext,
  useSyncExternalStore,
} from 'react'
import {
  type FeatureAnswers,
  isFeatureAnswers,
  valueOf,
  type ValueLike,
} from '../core/feature-answers'
import { LiveflagError, shown } from '../core/errors'
import type { DefaultOf, FeatureName, VariantOf } from '../core/feature-types'

/**
 * What components ask: on the server a request's questions, in the browser a client. With
 * `subscribe`, components are rendered anew when an answer has changed.
 */
export interface ProvidedFeatures extends FeatureAnswers {
  /** Calls `listener` after each change until the function that it returns is called. */
  subscribe?(listener: () => void): () => void
}

const Provided = createContext<ProvidedFeatures | undefined>(undefined)

/**
 * Lets the components below it ask for features.
 *
 * @param props.features on the server the questions of one request, such as `req.features`; in the
 *   browser what `createClient` of `liveflag/client` returns. Both must know the same answers, so
 *   that the first render in the browser is the server's.
 * @example <FeaturesProvider features={req.features}><App /></FeaturesProvider>
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when `features` has no isEnabled and variant
 */
export function FeaturesProvider(props: {
  readonly features: ProvidedFeatures
  readonly children?: ReactNode
}): ReactElement {
  if (!isFeatureAnswers(props.features))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `FeaturesProvider: features is ${shown(props.features)}; give the questions of a request or a client of the browser`,
    )
  return createElement(Provided.Provider, { value: props.features }, props.children)
}

/**
 * Shows its children to those who have a feature, or who are in one variant of it, and `fallback` to
 * everybody else.
 *
 * @example <Feature name="checkout" variant="blue" fallback={<OldCheckout />}><Checkout /></Feature>
 */
export function Feature<Name extends FeatureName>(props: {
  readonly name: Name
  readonly variant?: VariantOf<Name> | undefined
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}): ReactElement {
  const { name, variant, fallback, children } = props
  const isShown = useAnswer((features) =>
    variant === undefined ? features.isEnabled(name) : features.variant(name) === variant,
  )
  return createElement(Fragment, null, isShown ? children : fallback)
}

/**
 * Whether the visitor has the feature. Records the exposure. False for an unknown name.
 *
 * @example const isNew = useFeature('new_header')
 */
export const useFeature = (name: FeatureName): boolean =>
  useAnswer((features) => features.isEnabled(name))

/**
 * The visitor's variant, controls included. Undefined for an unknown name.
 *
 * @example const color = useVariant('button') ?? 'blue'
 */
export const useVariant = <Name extends FeatureName>(name: Name): VariantOf<Name> | undefined =>
  useAnswer((features) => features.variant(name))

/**
 * The feature's value; `otherwise` for an unknown name and for a value of another type.
 *
 * @example const size = useValue('page_size', 20)
 */
export const useValue = <Name extends FeatureName, T extends DefaultOf<Name>>(
  name: Name,
  otherwise: T,
): ValueLike<T> => useAnswer((features) => valueOf(features, name, otherwise))

/** The answer of now, in the browser and on the server alike, so that hydration finds what it expects. */
function useAnswer<T>(ask: (features: ProvidedFeatures) => T): T {
  const features = useContext(Provided)
  if (!features)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      'there is no <FeaturesProvider features={…}> above a component that asks for a feature; add one',
    )
  const answer = (): T => ask(features)
  return useSyncExternalStore(
    (listener) => features.subscribe?.(listener) ?? nothing,
    answer,
    answer,
  )
}

const nothing = (): void => undefined
