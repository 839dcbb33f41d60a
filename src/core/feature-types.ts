import type { Decision } from './decision'
import type { JsonObject, JsonValue } from './json'

/**
 * The features of a live config, as `liveflag types` writes them into a `.d.ts`. While it is empty,
 * every question takes any name, and variants and values have their general types.
 *
 * @example
 * declare module 'liveflag' {
 *   interface FeatureTypes {
 *     checkout: { variant: 'old' | 'new'; value: never }
 *   }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- generated types add to it
export interface FeatureTypes {}

/** One member of `FeatureTypes`. */
export interface FeatureType {
  /** The names of its variants; `never` when nothing names any. */
  readonly variant: string
  /** Its values; `never` when it has none, so that it is only on or off. */
  readonly value: JsonValue
  /** The entry says `client: true`: browsers are sent it. */
  readonly client?: true
}

/** Each type below asks this first, so that without generated types nothing is left to infer. */
type IsEmpty = [keyof FeatureTypes] extends [never] ? true : false

type Member<Name, Key extends keyof FeatureType> = Name extends keyof FeatureTypes
  ? FeatureTypes[Name] extends { readonly [K in Key]: infer Type }
    ? Type
    : never
  : FeatureType[Key]

/**
 * The name of a feature: any text, or with generated types one of those in the live config.
 *
 * @example features.isEnabled(nameFromTheDatabase as FeatureName)
 */
export type FeatureName = IsEmpty extends true ? string : Listed[keyof Listed]

/** The names one by one: the compiler then shows them in its messages, and suggests the nearest. */
type Listed = { [Name in Extract<keyof FeatureTypes, string>]: Name }

/** The name of a feature that browsers are sent: its entry says `client: true`. */
export type ClientFeatureName = IsEmpty extends true
  ? string
  : { [Name in FeatureName]: true extends Member<Name, 'client'> ? Name : never }[FeatureName]

/** The variants of a feature: `'old' | 'new'`. */
export type VariantOf<Name extends string> = IsEmpty extends true
  ? string
  : Extract<Member<Name, 'variant'>, string>

/** The values of a feature; `never` when it has none. */
export type ValueOf<Name extends string> = IsEmpty extends true
  ? JsonValue
  : Extract<Member<Name, 'value'>, JsonValue>

/**
 * What a getter can return of a feature: its values; without values the boolean that `isEnabled`
 * returns, and its variants.
 */
export type ReadableOf<Name extends string> = IsEmpty extends true
  ? JsonValue
  : [ValueOf<Name>] extends [never]
    ? boolean | VariantOf<Name>
    : ValueOf<Name>

/** The name of a feature of which a getter can return a `Kind`, such as `number`. */
export type FeatureNameOf<Kind extends JsonValue> = IsEmpty extends true
  ? string
  : {
      [Name in FeatureName]: [Extract<ReadableOf<Name>, Kind>] extends [never] ? never : Name
    }[FeatureName]

/** A mapping or a list. */
export type JsonStructure = JsonObject | readonly JsonValue[]

/** The defaults that code may give for a feature: values of a type that it has. */
export type DefaultOf<
  Name extends string,
  Kind extends JsonValue = JsonValue,
> = IsEmpty extends true ? Kind : Widened<Extract<ReadableOf<Name>, Kind>>

/** What a question for a text returns: one of the feature's texts, or the default. */
export type TextOf<Name extends string, Default extends string> = IsEmpty extends true
  ? string
  : Extract<ReadableOf<Name>, string> | Default

/** What a question returns when the default of the code has this type. */
export type ReadOf<Name extends string, Default> = IsEmpty extends true
  ? Default
  : Default extends JsonStructure
    ? Extract<ReadableOf<Name>, JsonStructure>
    : Widened<Default>

/** The Decision on a feature: its name, variants and values. */
export type DecisionOn<Name extends string> = IsEmpty extends true
  ? Decision
  : Omit<Decision, 'feature' | 'variant' | 'value'> & {
      readonly feature: Name
      readonly variant?: VariantOf<Name> | undefined
      readonly value?: ValueOf<Name> | undefined
    }

/** Values by feature, as a request forces them. */
export type ForcedValues = IsEmpty extends true
  ? Readonly<Record<string, JsonValue>>
  : { readonly [Name in FeatureName]?: ReadableOf<Name> }

/** Variants by feature, as a request forces them. */
export type ForcedVariants = IsEmpty extends true
  ? Readonly<Record<string, string>>
  : { readonly [Name in FeatureName]?: VariantOf<Name> }

/** The type that a literal belongs to: `string` of `'light'`. */
export type Widened<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends boolean
      ? boolean
      : Value
