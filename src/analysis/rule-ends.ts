import { nameOf } from '../core/coercion'
import { isJsonList, isJsonObject, type JsonObject, own } from '../core/json'
import { variationRanges } from '../rules/assignment'
import { rangesOf, sharesOf, textOr } from '../rules/targeting'
import { type EntryVersion, rulesOf } from './entry-questions'

/**
 * Where the shares of rules end, from 0 to 1, of those rules that may draw by a seed; of all where none
 * is known to.
 */
export function ruleEnds(versions: readonly EntryVersion[], seed: string): readonly number[] {
  const rules = versions.flatMap(({ value, bandits, feature }) =>
    rulesOf(value).map((rule) => ({ rule, bandits, seeds: seedsOf(rule, feature) })),
  )
  const drawing = rules.filter(({ seeds }) => seeds.includes(seed))
  return (drawing.length > 0 ? drawing : rules).flatMap(({ rule, bandits }) =>
    endsIn(rule, bandits),
  )
}

/** The seeds by which a rule draws: its own, else its key or its feature; those of its filters, that of its namespace. */
export function seedsOf(rule: JsonObject, feature: string): readonly string[] {
  const { seed, key, namespace, filters } = rule
  const [id] = isJsonList(namespace) ? namespace : []
  return [
    textOr(seed, Object.hasOwn(rule, 'force') ? feature : nameOf(key || feature)),
    `__${nameOf(id)}`,
    ...(isJsonList(filters) ? filters : []).map((filter) =>
      nameOf(isJsonObject(filter) ? own(filter, 'seed') : undefined),
    ),
  ]
}

function endsIn(rule: JsonObject, bandits: JsonObject): readonly number[] {
  const { coverage, range, namespace, filters, ranges, weights } = rule
  const variations = own(rule, 'contextualVariations') ?? own(rule, 'variations')
  const count = isJsonList(variations) ? variations.length : 0
  const shares = { ranges, coverage, weights }
  return [
    ...(typeof coverage === 'number' ? [coverage] : []),
    ...numbersIn(range),
    ...numbersIn(namespace),
    ...rangesOf(ranges).flat(),
    ...(isJsonList(filters) ? filters : []).flatMap((filter) =>
      isJsonObject(filter) ? rangesOf(own(filter, 'ranges')).flat() : [],
    ),
    ...(count > 0 ? variationRanges(shares, count).flat() : []),
    ...weightsOfBandit(rule, bandits).flatMap((of) =>
      variationRanges({ coverage, weights: of }, count).flat(),
    ),
  ]
}

const numbersIn = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []

function weightsOfBandit(rule: JsonObject, bandits: JsonObject): readonly (readonly number[])[] {
  const bandit = own(bandits, nameOf(own(rule, 'contextualBanditRef')))
  const contexts = isJsonObject(bandit) ? own(bandit, 'contexts') : undefined
  return (isJsonList(contexts) ? contexts : []).flatMap((context) => {
    const weights = isJsonObject(context) ? sharesOf(own(context, 'weights')) : undefined
    return weights ? [weights] : []
  })
}

/** The first of `size` points that is not below an end, and the first above it, as rules compare. */
export function cutsAt(ends: readonly number[], size: number): readonly number[] {
  return ends.flatMap((end) => {
    let at = Math.max(0, Math.floor(end * size) - 1)
    while (at / size < end && at < size) at++
    return at / size === end ? [at, at + 1] : [at]
  })
}
