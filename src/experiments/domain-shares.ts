import type { Asker } from '../core/asker'
import { type PointOf, POINTS, type UnitKind } from '../core/bucketing'
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, own } from '../core/json'
import type { Place } from '../core/selector'
import { wholeBuckets } from './decimal'
import type { Range } from './ranges'
import { NOBODY, unitKindOf, type UnitSource } from './unit'
import type { VariantsPlace } from './variants'

/** The part of a domain, in points, that an experiment may have. */
export interface DomainShare {
  readonly domain: string
  readonly range: Range
}

/**
 * Compiles `domain_shares`: whether a visitor is in the part of each domain that the experiment may
 * have. Every experiment of a domain asks the same point of a visitor, so parts that do not overlap
 * have no visitor in common. Undefined when there are none.
 */
export function compileDomainShares(
  experiment: JsonObject,
  domains: readonly string[],
  source: UnitSource,
  place: Place,
): ((asker: Asker) => boolean) | undefined {
  const shares = domainShares(experiment, domains, place)
  if (shares.length === 0) return undefined
  const parts = shares.map(({ domain, range }) => {
    const of = (kind: UnitKind): PointOf =>
      place.bucketing.stablePointOf({ salt: domain, shuffle: 0, purpose: 'domain', kind })
    return { range, points: { user: of('user'), loid: of('loid'), page: of('page') } }
  })
  return (asker) => {
    const unit = source.unitOf(asker)
    // Whoever has no unit is not assigned anyway, which the experiment says by itself.
    if (unit === null || unit === NOBODY) return true
    const kind = unitKindOf(source, asker)
    return parts.every(({ range: [from, to], points }) => {
      const point = points[kind](unit)
      return point >= from && point < to
    })
  }
}

/** Reads `domain_shares`: for each domain the percentages between which its part lies. */
export function domainShares(
  experiment: JsonObject,
  domains: readonly string[],
  place: VariantsPlace,
): readonly DomainShare[] {
  const written = own(experiment, 'domain_shares')
  if (written === undefined) return []
  const path = [...place.path, 'domain_shares']
  if (!isJsonObject(written)) {
    const message =
      'domain_shares is no mapping; write each domain and the percentages between which its part lies, such as {checkout: [0, 50]}'
    place.report({ code: 'bad-type', path, message })
    return []
  }
  return Object.entries(written).flatMap(([domain, part]) => {
    const at = [...path, domain]
    if (!domains.includes(domain)) {
      const message = `domain_shares has ${domain}, which is not among the domains; add it there, or remove it`
      place.report({ code: 'unknown-key', path: at, at: 'key', message })
      return []
    }
    const range = rangeOf(part)
    if (range) return [{ domain, range }]
    const message = `the part of ${domain} is ${JSON.stringify(part)}; write two percentages from 0 to 100 with four decimals at most, the first below the second, such as [0, 50]`
    place.report({ code: 'out-of-range', path: at, message })
    return []
  })
}

function rangeOf(part: JsonValue): Range | undefined {
  if (!isJsonList(part) || part.length !== 2) return undefined
  const [from, to] = part.map((percent) =>
    typeof percent === 'number' && percent >= 0 && percent <= 100
      ? wholeBuckets(percent, POINTS)
      : undefined,
  )
  return from !== undefined && to !== undefined && from < to ? [from, to] : undefined
}
