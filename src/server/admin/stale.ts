import { pastFrom } from '../../core/time'
import type { StaleSignal } from './contract'

/** What says whether a feature has done its work. */
export interface Age {
  readonly name: string
  readonly now: number
  /** What everybody gets; undefined when it depends on who asks. */
  readonly constant: boolean | undefined
  readonly share: number | undefined
  /** Since when the entry is as it is; undefined before that is known. */
  readonly unchangedSince: number | undefined
  /** When the answer changes by itself: dates of experiments and ramps, in order. */
  readonly dates: readonly number[]
  readonly lastAskedAt: number | undefined
  /** Since when questions are counted, without a gap. */
  readonly countedSince: number
  readonly expires: string | null
  /** Meant to stay. */
  readonly isPermanent: boolean
}

const DAY_MS = 86_400_000
const OLD_DAYS = 30

/** Why a feature may be ripe for removal, each with the next step that fits. */
export function staleSignals(age: Age): readonly StaleSignal[] {
  if (age.isPermanent) return []
  return [expired(age), sameForAll(age), notAsked(age)].filter((signal) => signal !== undefined)
}

function expired({ name, now, expires }: Age): StaleSignal | undefined {
  const at = expires === null ? NaN : pastFrom(expires)
  if (Number.isNaN(at) || now < at) return undefined
  return {
    kind: 'expired',
    text: `expired ${daysOf(now - at)} ago, on ${expires ?? ''}`,
    nextStep: `Remove ${name} from the code and then its entry, or give it a later expires.`,
  }
}

function sameForAll(age: Age): StaleSignal | undefined {
  const { name, now, constant, share, unchangedSince, dates } = age
  // What has yet to begin or end has not done its work.
  if (unchangedSince === undefined || dates.some((date) => date > now)) return undefined
  const forMs = now - Math.max(unchangedSince, dates.at(-1) ?? unchangedSince)
  if (forMs < OLD_DAYS * DAY_MS) return undefined
  const days = daysOf(forMs)
  if (constant === true)
    return {
      kind: 'always-on',
      text: `100 % for ${days}`,
      nextStep: `Keep the new path in the code without asking for ${name}, then remove its entry.`,
    }
  if (constant === false)
    return {
      kind: 'always-off',
      text: `off for ${days}`,
      nextStep: `Remove the path of ${name} from the code, then its entry.`,
    }
  if (share !== 0 && share !== 1) return undefined
  return {
    kind: 'same-answer',
    text: `the same answer for everybody for ${days}`,
    nextStep: `Write ${share === 1 ? 'on' : 'off'} in place of its selectors, or widen them.`,
  }
}

function notAsked({ name, now, lastAskedAt, countedSince }: Age): StaleSignal | undefined {
  // Nobody knows who asked while nobody counted.
  const forMs = now - Math.max(lastAskedAt ?? countedSince, countedSince)
  if (forMs < OLD_DAYS * DAY_MS) return undefined
  return {
    kind: 'not-asked',
    text: `not asked for ${daysOf(forMs)}`,
    nextStep: `Check that no code asks for ${name}, then remove its entry.`,
  }
}

function daysOf(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  if (days === 0) return 'less than 1 day'
  return days === 1 ? '1 day' : `${days} days`
}
