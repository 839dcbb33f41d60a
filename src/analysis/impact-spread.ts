import { Asker } from '../core/asker'
import type { Claim } from '../core/decision'
import { type Feature, Installed } from '../core/feature'
import { isJsonObject, type JsonValue, own } from '../core/json'
import { NO_RULES } from '../core/rule-context'
import { timeOf } from '../core/time'
import type { World } from '../core/world'
import type { PlannedDraws, segmentsOf } from './impact-draws'

/** More questions than this are not asked at once: they would hold up the process. */
const MOST_QUESTIONS = 20_000

/** A share of visitors, and the answer of each feature to them. */
export type Visit = (share: number, claims: readonly Claim[]) => void

/** Asks several features together for every combination of buckets that tells visitors apart. */
export class Spread {
  private readonly installed: readonly Installed[]
  private asked = 0

  constructor(
    features: readonly Feature[],
    private readonly draws: PlannedDraws,
    private readonly segments: ReturnType<typeof segmentsOf>,
  ) {
    this.installed = features.map((feature) => new Installed(feature, 0, 0, false))
  }

  /** Not all was asked, so what was found is not whole. */
  get isCutShort(): boolean {
    return this.asked > MOST_QUESTIONS
  }

  over(world: World, forceByUrl: boolean, now: number, visit: Visit): void {
    const asker = new Asker(world, { forceByUrl })
    asker.rules = { ...NO_RULES, participation: { now: () => now, refuses: () => undefined } }
    this.branch(1, asker, visit)
  }

  /** Branches at the first hash that matters and has no bucket yet. */
  private branch(share: number, asker: Asker, visit: Visit): void {
    const { draws } = this
    this.asked++
    if (this.isCutShort) return
    draws.begin()
    const claims = this.installed.map((one) => one.replyTo(asker).claim)
    const { wanted } = draws
    if (wanted === undefined) return visit(share, claims)
    for (const segment of this.segments(wanted.kind)) {
      draws.fix(wanted, segment.at)
      this.branch(share * segment.share, asker, visit)
    }
    draws.fix(wanted, undefined)
  }
}

/** When experiments start and end: an answer may change then as well. */
export const datesIn = (values: readonly JsonValue[]): readonly number[] => {
  const dates = values.flatMap((value) => {
    const experiment = isJsonObject(value) ? own(value, 'experiment') : undefined
    if (!isJsonObject(experiment)) return []
    return [own(experiment, 'start'), own(experiment, 'end')].flatMap((date) =>
      typeof date === 'string' ? [timeOf(date)] : [],
    )
  })
  return [...new Set(dates)].filter((date) => !Number.isNaN(date)).sort((a, b) => a - b)
}
