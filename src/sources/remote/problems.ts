import { reasonOf } from '../../core/errors'
import type { SourceProblem } from '../../core/source'
import type { ExchangeError } from './exchange-error'

/** The problems of a remote live config: what each is called, and what to do about it. */

/** All that concerns the last good on disk has this code. */
export const CACHE_CODE = 'bad-cache'
/** All that concerns the stream has this code. */
export const STREAM_CODE = 'watch-failed'

export function notRead(name: string, { message, advice, code }: ExchangeError): SourceProblem {
  return { code, severity: 'error', message: `${name} cannot be read: ${message}; ${advice}` }
}

export function refusedText(name: string, error: unknown): SourceProblem {
  return {
    code: 'syntax',
    severity: 'error',
    message: `what ${name} sent was refused: ${reasonOf(error)}; correct what it sends, or the option that refused it`,
  }
}

export function large(name: string, limit: number): SourceProblem {
  return {
    code: 'too-large',
    severity: 'warning',
    message: `${name} has more than ${limit} bytes, which takes long to load; shorten it, or raise softLimitBytes`,
  }
}

export function noStream(
  name: string,
  called: string,
  { message, advice }: ExchangeError,
): SourceProblem {
  return {
    code: STREAM_CODE,
    severity: 'warning',
    message: `changes of ${name} are found by asking again and again, not by its ${called}: ${message}; ${advice}`,
  }
}

const cacheProblem = (severity: SourceProblem['severity'], message: string): SourceProblem => ({
  code: CACHE_CODE,
  severity,
  message,
})

export const badCache = (path: string, name: string, reason: string): SourceProblem =>
  cacheProblem(
    'error',
    `${path}, the last good of ${name}, cannot be used: ${reason}; repair or delete it`,
  )

export const foreignCache = (path: string, name: string, url: string): SourceProblem =>
  cacheProblem(
    'warning',
    `${path} is the last good of ${url}, not of ${name}, so it is not used; give each URL a file of its own`,
  )

export const fromCache = (path: string, name: string, fetchedAt: number): SourceProblem =>
  cacheProblem(
    'warning',
    `what is in force is the last good in ${path}, read from ${name} at ${new Date(fetchedAt).toISOString()}, ${ago(Date.now() - fetchedAt)} ago; it is replaced as soon as that can be read`,
  )

export const notStored = (path: string, name: string, error: unknown): SourceProblem =>
  cacheProblem(
    'warning',
    `the last good of ${name} cannot be stored in ${path}: ${reasonOf(error)}; give this process the right to write there, or make room`,
  )

export const fromDefaults = (name: string): SourceProblem =>
  cacheProblem(
    'warning',
    `nothing is in force but the defaults in the code, because ${name} could not be read at start and there is no last good; features come as soon as it can be read`,
  )

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} days`
}
