import type { Asker } from '../core/asker'
import { type PointOf, POINTS } from '../core/bucketing'
import { type Claim, claimOf, noUser } from '../core/decision'
import { type JsonObject, truthy } from '../core/json'
import type { Match, Place, Selector } from '../core/selector'
import { isRamp, rampInWords } from '../experiments/ramp'
import { isStable, stablePoints } from '../experiments/scheme'
import { bucketOf } from '../hash/r2'
import { WITH_ID } from './attributes'
import { type Limit, PERCENT, readPercent } from './values'

const PER_PERCENT = POINTS / 100
const NO_USER = noUser('percent_loggedin')

/** Builds a selector for a share of visitors; `match` says who is in a percentage above 0. */
function percentage(
  key: string,
  summary: string,
  whom: string,
  match: (limit: Limit, claim: Claim, place: Place) => Match,
  stable: (limit: Limit, claim: Claim, place: Place) => Match,
  everyone?: JsonObject,
): Selector {
  const claim = claimOf({ enabled: true, reason: 'SPLIT', selector: key })
  return {
    key,
    stage: 'share',
    summary,
    schema: PERCENT,
    compile(value, place) {
      const percent = readPercent(value, place)
      if (percent === undefined) return undefined
      return (isStable(place.entry, place.compat) ? stable : match)(percent, claim, place)
    },
    inWords(value) {
      if (isRamp(value)) {
        const words = rampInWords(value)
        return words === undefined ? undefined : `${words} of ${whom}`
      }
      if (typeof value !== 'number' || value <= 0) return undefined
      return value >= 100 ? `all ${whom}` : `${value} % of ${whom}`
    },
    asRules(value, { entry, compat }) {
      if (!truthy(value)) return []
      return value === 100 && everyone !== undefined && compat !== 'r2'
        ? [{ condition: everyone }]
        : `${key} draws by ${isStable(entry, compat) ? "the stable scheme's" : "r2's"} hash, which GrowthBook does not have; a rule with coverage draws other visitors`
    },
  }
}

/**
 * A share of signed-in visitors. r2 rounds percentages up to whole ones, so that 0.5 includes 1 %;
 * liveflag compares exactly. At whole percentages both include the same visitors.
 */
export const percentLoggedin = percentage(
  'percent_loggedin',
  'This percentage of signed-in visitors, each always the same way; 0.5 is half a percent.',
  'signed-in visitors',
  (limit, claim, { compat, bucketing, feature }) => {
    const r2 = compat === 'r2'
    const pointOf = bucketing.pointOf(feature)
    const nobody = r2 ? NO_USER : undefined
    return (asker) => {
      if (!asker.isLoggedIn()) return undefined
      const unit = asker.userId()
      if (unit === null) return nobody
      const point = pointOf(unit)
      const percent = limitOf(limit, asker)
      const passed = (r2 ? Math.floor(point / PER_PERCENT) : point) < percent
      asker.trace?.drew({
        unit,
        bucket: bucketOf(point),
        passed,
        test: r2
          ? `bucket / 10, rounded down, < ${percent}`
          : `bucket < ${percent / 1000} of 1000${atNow(limit, percent)}`,
      })
      return passed ? claim : undefined
    }
  },
  (below, claim, place) =>
    belowPoint(below, claim, stablePoints(place, 'gate')('user'), (asker) =>
      asker.isLoggedIn() ? asker.userId() : null,
    ),
  WITH_ID,
)

/**
 * A share of visitors who are not signed in, by the tail of their loid. The feature's name is not
 * hashed, so all features pick the same visitors (r2). A fraction of a percent is decided within
 * its bucket by the feature's own hash.
 */
export const percentLoggedout = percentage(
  'percent_loggedout',
  'This percentage of visitors who are not signed in, by their loid; 0.5 is half a percent.',
  'signed-out visitors',
  (limit, claim, { compat, bucketing, feature }) => {
    const r2 = compat === 'r2'
    const pointOf = bucketing.pointOf(feature)
    const { loidBucket } = bucketing
    return (asker) => {
      if (!asker.isLoggedOut()) return undefined
      const loid = asker.loid()
      const bucket = loid === null ? undefined : loidBucket(loid)
      if (loid === null || bucket === undefined) return undefined
      const percent = limitOf(limit, asker)
      const passed = r2 ? bucket < percent : isBelow(percent, bucket, loid, pointOf)
      asker.trace?.drew({
        unit: loid,
        bucket,
        passed,
        test: `bucket < ${r2 ? percent : percent / PER_PERCENT} of 100${atNow(limit, percent)}`,
      })
      return passed ? claim : undefined
    }
  },
  (below, claim, place) =>
    belowPoint(below, claim, stablePoints(place, 'gate')('loid'), (asker) =>
      asker.isLoggedOut() ? asker.loid() : null,
    ),
)

/** Claims the units whose stable point is below a limit. */
const belowPoint =
  (limit: Limit, claim: Claim, pointOf: PointOf, unitOf: (asker: Asker) => string | null): Match =>
  (asker) => {
    const unit = unitOf(asker)
    if (unit === null) return undefined
    const bucket = pointOf(unit)
    const below = limitOf(limit, asker)
    const passed = bucket < below
    const test = `point < ${below} of ${POINTS}${atNow(limit, below)}`
    asker.trace?.drew({ unit, bucket, passed, test })
    return passed ? claim : undefined
  }

/** A ramp is judged by the time of the request, which is the same throughout it. */
const limitOf = (limit: Limit, asker: Asker): number =>
  typeof limit === 'number' ? limit : limit(asker.rules.participation.now())

const atNow = (limit: Limit, points: number): string =>
  typeof limit === 'number' ? '' : `, ${points / PER_PERCENT} % now`

/** A fraction of a percent is decided within its bucket. */
function isBelow(
  points: number,
  bucket: number,
  loid: string,
  pointOf: (unit: string) => number,
): boolean {
  const whole = Math.floor(points / PER_PERCENT)
  const fraction = points % PER_PERCENT
  return bucket < whole || (bucket === whole && fraction > 0 && pointOf(loid) < fraction * 100)
}
