import { compileCondition, type Condition } from '../conditions/condition'
import type { ConditionContext } from '../conditions/operator'
import type { Asker } from '../core/asker'
import { nameOf } from '../core/coercion'
import type { RuleHasher } from '../core/definitions'
import { isJsonList, isJsonObject, type JsonValue, own } from '../core/json'
import type { EntryProblem } from '../core/selector'
import { hasher } from '../hash/fnv1a'
import { inRange, type Range } from './ranges'

/**
 * The context for compiling parts of a payload: saved groups, patterns, bandits, and where to
 * report.
 */
export interface Payload extends ConditionContext {
  bandit(id: string): JsonValue | undefined
  /** Left out: GrowthBook's own hash. */
  readonly hasher?: RuleHasher | undefined
}

/** A yes-or-no question about a visitor, compiled from a rule, a filter or a prerequisite. */
export type Holds = (asker: Asker) => boolean

/** A condition on the visitor's attributes; a missing or falsy one matches everybody. */
export function compileTargeting(condition: JsonValue | undefined, payload: Payload): Holds {
  if (!condition) return () => true
  const holds: Condition = compileCondition(condition, payload)
  return (asker) => holds((name) => asker.given(name))
}

/**
 * The attribute that is hashed, and its value; a falsy value counts as missing
 * (docs/spec/growthbook.md, section 3.1).
 */
export interface Hashed {
  readonly attribute: string
  readonly value: unknown
}

export function hashedBy(asker: Asker, attribute: string, fallback: string | undefined): Hashed {
  const value = asker.unit(attribute)
  if (value) return { attribute, value }
  const other = fallback === undefined ? undefined : asker.unit(fallback)
  return fallback !== undefined && other
    ? { attribute: fallback, value: other }
    : { attribute, value: '' }
}

/**
 * Mutual exclusion: true when some filter excludes the visitor (docs/spec/growthbook.md, section
 * 3.3). A missing attribute is excluded.
 */
export function compileFilters(
  filters: JsonValue | undefined,
  { hasher: drawer = hasher }: Pick<Payload, 'hasher'>,
): Holds {
  // Filters that are malformed were written to exclude somebody, so they exclude everybody.
  if (!isJsonList(filters) || !filters.every(isJsonObject)) return () => true
  const compiled = filters.map((filter) => {
    const attribute = textOr(own(filter, 'attribute'), 'id')
    const draw = drawer(nameOf(own(filter, 'seed')), versionOr(own(filter, 'hashVersion'), 2))
    const ranges = rangesOf(own(filter, 'ranges'))
    return (asker: Asker): boolean => {
      const value = asker.unit(attribute)
      const n = value ? draw(value) : null
      return n === null || !ranges.some((range) => inRange(n, range))
    }
  })
  return (asker) => compiled.some((isOut) => isOut(asker))
}

/** A list of shares; an item that is no number is a share of nobody. */
export const sharesOf = (value: unknown): number[] | undefined =>
  Array.isArray(value)
    ? value.map((item: unknown) => (typeof item === 'number' ? item : NaN))
    : undefined

export function rangesOf(value: JsonValue | undefined): Range[] {
  return isJsonList(value) ? value.map(rangeOf) : []
}

const NOWHERE: Range = [0, 0]

/** A malformed range includes nobody. */
export function rangeOf(value: JsonValue | undefined): Range {
  const [from, below] = isJsonList(value) ? value : NOWHERE
  return typeof from === 'number' && typeof below === 'number' ? [from, below] : NOWHERE
}

/** A number where a name belongs, such as a seed of 2024 in YAML, is its decimal text. */
export const textOr = (value: unknown, otherwise: string): string =>
  value ? nameOf(value) || otherwise : otherwise

/** A version that is not known includes nobody. */
export const versionOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value || otherwise : value ? NaN : otherwise

/** Reports each problem under a path. */
export const under = (payload: Payload, ...path: readonly (string | number)[]): Payload => ({
  ...payload,
  report: (problem: EntryProblem) =>
    payload.report({ ...problem, path: [...path, ...(problem.path ?? [])] }),
})
