import { asError } from '../../core/errors'
import { timeOf } from '../../core/time'
import type { Features } from '../../engine/features'
import { withinTime } from '../../runtime/wait'
import type { FlagSet } from './flag-set'
import { opaqueTag } from '../etag'

/** How long a request waits for the sources to be read again. */
const PATIENCE_MS = 2000

/** What a client says of the content that a change event named. */
export interface Announced {
  readonly etag?: string | undefined
  /** Seconds since 1970, or an ISO date. */
  readonly lastModified?: string | undefined
}

/**
 * Reads the sources again when a client knows of a newer content than this process has: it may have
 * heard of a change from another process. Requests that wait share one reading.
 */
export class CatchUp {
  private reading: Promise<unknown> | undefined

  constructor(private readonly features: Features) {}

  /** Reads the sources again, for as long as a client is willing to wait. */
  async read(): Promise<void> {
    this.reading ??= this.features
      .reload()
      .catch(asError)
      .finally(() => (this.reading = undefined))
    await withinTime<unknown>(this.reading, PATIENCE_MS, () => undefined)
  }
}

/** Whether a client knows of another content, so that its copy is not to be confirmed. */
export function isAhead(
  { etag, lastModified }: Announced,
  { hash, lastModified: ours }: FlagSet,
): boolean {
  if (etag !== undefined && etag !== '' && opaqueTag(etag) !== hash) return true
  const theirs = secondsOf(lastModified)
  return theirs !== undefined && theirs > ours
}

/** Undefined when it is no time: then it is ignored. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^\d{1,12}$/.test(text)) return Number(text)
  const ms = text.includes('T') ? timeOf(text) : NaN
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}
