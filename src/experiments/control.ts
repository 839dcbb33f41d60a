import { isJsonList, type JsonObject, type JsonValue, kindOf, own } from '../core/json'
import type { Path } from '../core/problem'
import type { EntryProblem, Schema } from '../core/selector'
import { didYouMean } from '../core/suggest'
import { CONTROL_NAMES } from './variants'

const KEY = 'control'

const NAME: Schema = { type: 'string', minLength: 1 }

const controlKey = (otherwise: string): Schema => ({
  anyOf: [NAME, { type: 'array', minItems: 1, items: NAME }],
  description: `The variant that the others are compared with, or several that are counted as one. Left out: control, else control_1 and control_2, else ${otherwise}.`,
})

export const CONTROL: Schema = controlKey('the first by name')

/** Of a rule, whose variants have an order. */
export const CONTROL_OF_RULE: Schema = controlKey('the first of variations')

/** The variants that an experiment declares as its control; empty of one that declares none. */
export function declaredControls(experiment: JsonObject): readonly string[] {
  const names = namesIn(own(experiment, KEY)).filter((name) => typeof name === 'string')
  return [...new Set(names)]
}

const namesIn = (value: JsonValue | undefined): readonly JsonValue[] =>
  value === undefined ? [] : isJsonList(value) ? value : [value]

/**
 * The controls that somebody has named: those that are declared; else `control`; else both of r2's, since two
 * controls together say more than one. Empty where nothing says which it is.
 */
export function namedControls(
  variants: readonly string[],
  declared: readonly string[] = [],
): readonly string[] {
  if (declared.length > 0) {
    const there = declared.filter((name) => variants.includes(name))
    // While nobody is in it, there is nothing to compare with, and no other takes its place.
    return there.length > 0 ? there : declared
  }
  if (variants.includes(KEY)) return [KEY]
  return CONTROL_NAMES.filter((name) => variants.includes(name))
}

/**
 * The controls of a rule with these variants: as above, else the first, which GrowthBook compares
 * the others with.
 */
export function controlsOfRule(rule: JsonObject, variants: readonly string[]): readonly string[] {
  const declared = declaredControls(rule)
  return declared.length > 0 || namedControls(variants).length > 0 ? declared : variants.slice(0, 1)
}

/** What is wrong with the declaration, for an experiment of these variants; paths begin with its key. */
export function controlProblems(
  experiment: JsonObject,
  variants: readonly string[],
): readonly EntryProblem[] {
  const value = own(experiment, KEY)
  if (value === undefined) return []
  const names = namesIn(value)
  const bad = (code: EntryProblem['code'], message: string, path: Path = [KEY]): EntryProblem => ({
    code,
    path,
    message,
  })
  if (names.length === 0 || names.some((name) => typeof name !== 'string'))
    return [
      bad(
        'bad-type',
        `control is ${kindOf(value)}${isJsonList(value) ? ' of other things than names' : ''}; write the name of a variant, or a list of such names`,
      ),
    ]
  const declared = declaredControls(experiment)
  const unknown = declared.filter((name) => !variants.includes(name))
  if (unknown.length === 0 && variants.every((name) => declared.includes(name)))
    return [bad('no-control', 'control has every variant, so nothing is compared with it')]
  return unknown.map((name) => bad('no-control', unknownControl(name, variants)))
}

function unknownControl(name: string, variants: readonly string[]): string {
  const meant = didYouMean(name, variants)
  const hint =
    meant === undefined
      ? `the experiment has ${variants.join(', ') || 'none'}`
      : `did you mean ${meant}?`
  return `control is ${JSON.stringify(name)}, which is no variant; ${hint}`
}
