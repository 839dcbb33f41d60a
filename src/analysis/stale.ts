import { counted } from '../core/counted'
import type { JsonValue } from '../core/json'
import { DAY_MS, pastFrom } from '../core/time'
import type { Answer } from './constant-answer'

/** After so many days of the same a feature is stale, unless somebody says otherwise. */
export const STALE_DAYS = 30

/** What everybody gets: the answer as `liveflag remove --as` takes it. */
export interface ConstantAnswer extends Answer {
  /** Since when, in milliseconds since 1970; undefined when no history says. */
  readonly since: number | undefined
}

/** All that the command and the dashboard know of a feature that may have done its work. */
export interface Lasting {
  readonly now: number
  /** After how many days of the same a feature is stale. */
  readonly days: number
  readonly expires: string | undefined
  /** Meant to stay, and so never stale. */
  readonly isPermanent: boolean
  /** Undefined: it depends on who asks. */
  readonly constant: ConstantAnswer | undefined
  /** Undefined where nobody counts. */
  readonly asked: Asked | undefined
}

/** How a feature was asked for. */
export interface Asked {
  /** Since when questions are counted, without a gap. */
  readonly since: number
  /** Undefined: never. */
  readonly lastAt: number | undefined
  /** The only value of these days, and how often it was asked for. */
  readonly same?: { readonly value: JsonValue; readonly times: number } | undefined
}

export type LastingKind = 'always-on' | 'always-off' | 'same-answer' | 'expired' | 'not-asked'

export interface LastingReason {
  readonly kind: LastingKind
  readonly text: string
}

/** Why a feature may be ripe for removal, the gravest first. */
export function staleReasons(of: Lasting): readonly LastingReason[] {
  if (of.isPermanent) return []
  return [sameForAll(of), sameInRecords(of), expired(of), notAsked(of)].filter(
    (reason) => reason !== undefined,
  )
}

function sameForAll(of: Lasting): LastingReason | undefined {
  if (of.constant?.since === undefined || !isOld(of.constant.since, of)) return undefined
  const { as, value, since } = of.constant
  const forDays = `for ${daysSince(since, of)}, since ${dayOf(since)}`
  if (as === 'off') return { kind: 'always-off', text: `off ${forDays}` }
  const answer = typeof value === 'boolean' || value === undefined ? as : JSON.stringify(value)
  return { kind: 'always-on', text: `${answer} for everybody ${forDays}` }
}

function sameInRecords(of: Lasting): LastingReason | undefined {
  const { asked, days } = of
  if (!asked?.same || !isOld(asked.since, of)) return undefined
  const { value, times } = asked.same
  const text = `asked ${counted(times, 'time')} in ${counted(days, 'day')}, and always ${JSON.stringify(value)}`
  return { kind: 'same-answer', text }
}

function expired({ expires, now }: Lasting): LastingReason | undefined {
  if (expires === undefined || !(now >= pastFrom(expires))) return undefined
  return { kind: 'expired', text: `past its expires, ${expires}` }
}

/** Nobody knows who asked while nobody counted. */
function notAsked(of: Lasting): LastingReason | undefined {
  if (!of.asked) return undefined
  const { since, lastAt } = of.asked
  const from = Math.max(since, lastAt ?? since)
  if (!isOld(from, of)) return undefined
  const text =
    lastAt === undefined
      ? `never asked since records are kept, ${dayOf(since)}`
      : `not asked for ${daysSince(from, of)}, since ${dayOf(from)}`
  return { kind: 'not-asked', text }
}

/** Whether something has lasted for as long as makes a feature stale. */
export const isOld = (since: number, { now, days }: Pick<Lasting, 'now' | 'days'>): boolean =>
  now - since >= days * DAY_MS

const daysSince = (at: number, { now }: Lasting): string => {
  return counted(Math.floor((now - at) / DAY_MS), 'day')
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/**
 * Since when the answer of an entry is as it is: since its last edit, or the last date at which it
 * changes by itself. Undefined while such a date is still to come: that has not done its work.
 *
 * @param dates in order
 */
export function sinceWhen(
  edited: number,
  dates: readonly number[],
  now: number,
): number | undefined {
  const last = dates.at(-1) ?? -Infinity
  return last > now ? undefined : Math.max(edited, last)
}
