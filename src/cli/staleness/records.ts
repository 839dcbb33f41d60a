import { LiveflagError, reasonOf } from '../../core/errors'
import { DAY_MS } from '../../core/time'
import { openRecords } from '../records'
import type { Records } from './stale-features'

/** What a store has of features, or what could not be looked at; that completes a sentence. */
export async function readRecords(
  named: string | undefined,
  now: number,
  days: number,
): Promise<Records | string> {
  if (!named) return 'records: no --store'
  const store = await openRecords(named)
  try {
    const ever = (await store.askedFeatures?.()) ?? []
    if (ever.length === 0)
      return 'records: the store has no usage of features (usageRecorder writes it)'
    const lately = (await store.askedFeatures?.({ from: now - days * DAY_MS })) ?? []
    const since = ever.reduce((first, { firstAt }) => Math.min(first, firstAt), Infinity)
    return { since, ever, lately }
  } catch (error) {
    if (!(error instanceof LiveflagError)) throw error
    return `records: ${reasonOf(error)}`
  } finally {
    await store.close()
  }
}
