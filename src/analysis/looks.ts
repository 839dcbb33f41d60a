import { messageOf } from '../core/errors'
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

const DAY_MS = 86_400_000

export interface LookAsked {
  readonly lookedAt: number
  /** Shows again what was shown before; on another day it is a look all the same. */
  readonly isAgain: boolean
}

/** `isCounted`: the store has this look already. */
export type LooksUntil = Pick<Looks, 'total' | 'days'> & { readonly isCounted: boolean }

/**
 * The looks of before and the one to come. Where the store keeps no count, each day since the first
 * unit may have had one.
 */
export async function looksUntil(
  reports: Pick<Reports, 'looks'>,
  experiment: string,
  firstAt: number | undefined,
  { lookedAt: now, isAgain }: LookAsked,
): Promise<LooksUntil> {
  const before = await reports.looks?.(experiment)
  if (before === undefined) {
    const days = firstAt === undefined ? 1 : Math.max(1, dayOf(now) - dayOf(firstAt) + 1)
    return { total: days, days, isCounted: false }
  }
  const isNewDay = before.lastDay === null || before.lastDay < now - (now % DAY_MS)
  if (isAgain && !isNewDay) return { total: before.looks, days: before.days, isCounted: true }
  return { total: before.looks + 1, days: before.days + Number(isNewDay), isCounted: false }
}

const dayOf = (at: number): number => Math.floor(at / DAY_MS)

/** Counts the look. A store that takes no rows, such as a replica, is read all the same. */
export async function countedLook(
  store: Pick<Store, 'countLook'>,
  experiment: string,
  { isCounted, ...looks }: LooksUntil,
  now: number,
): Promise<Looks> {
  if (isCounted) return { ...looks, isKept: true, why: null }
  try {
    if (store.countLook === undefined)
      return { ...looks, isKept: false, why: 'the store keeps no count of looks' }
    await store.countLook(experiment, now)
    return { ...looks, isKept: true, why: null }
  } catch (error) {
    return { ...looks, isKept: false, why: messageOf(error) }
  }
}
