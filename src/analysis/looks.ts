import { messageOf } from '../core/errors'
import { DAY_MS, dayOf } from '../core/time'
import type { Reports, Store } from '../recording/store'

/** How often somebody saw the figures of an experiment, this time included. */
export interface Looks {
  readonly total: number
  /** On how many days of UTC. */
  readonly days: number
  /** Whether this one was counted, for those to come. */
  readonly isKept: boolean
  /** Why it was not; null if it was. */
  readonly why: string | null
}

export interface LookAsked {
  readonly lookedAt: number
  /** Shows again what was shown before; on another day it is a look all the same. */
  readonly isAgain: boolean
}

export interface LooksUntil extends Pick<Looks, 'total' | 'days'> {
  /** Whether this one is to be counted: the store may have it already, or it shows nobody. */
  readonly kind: 'new' | 'counted' | 'none'
}

/** Why a report that has nobody in it is no look: there are no figures that anybody could go by. */
export const COUNTS_NOBODY = 'it counts nobody'

/**
 * The looks of before and the one to come, which is none when nobody was seen. Where the store keeps
 * no count, each day since the first unit may have had one.
 *
 * @param firstAt when somebody was first seen; undefined when nobody was
 */
export async function looksUntil(
  reports: Pick<Reports, 'looks'>,
  experiment: string,
  firstAt: number | undefined,
  { lookedAt: now, isAgain }: LookAsked,
): Promise<LooksUntil> {
  const before = await reports.looks?.(experiment)
  if (firstAt === undefined)
    return { total: before?.looks ?? 0, days: before?.days ?? 0, kind: 'none' }
  if (before === undefined) {
    const days = Math.max(1, (dayOf(now) - dayOf(firstAt)) / DAY_MS + 1)
    return { total: days, days, kind: 'new' }
  }
  const isNewDay = before.lastDay === null || before.lastDay < dayOf(now)
  if (isAgain && !isNewDay) return { total: before.looks, days: before.days, kind: 'counted' }
  return { total: before.looks + 1, days: before.days + Number(isNewDay), kind: 'new' }
}

/** Counts the look. A store that takes no rows, such as a replica, is read all the same. */
export async function countedLook(
  store: Pick<Store, 'countLook'>,
  experiment: string,
  { kind, ...looks }: LooksUntil,
  now: number,
): Promise<Looks> {
  if (kind === 'none') return { ...looks, isKept: false, why: COUNTS_NOBODY }
  if (kind === 'counted') return { ...looks, isKept: true, why: null }
  try {
    if (store.countLook === undefined)
      return { ...looks, isKept: false, why: 'the store keeps no count of looks' }
    await store.countLook(experiment, now)
    return { ...looks, isKept: true, why: null }
  } catch (error) {
    return { ...looks, isKept: false, why: messageOf(error) }
  }
}
