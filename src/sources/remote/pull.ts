import type { IncomingMessage } from 'node:http'
import { withDeadline } from './deadline'
import type { Pulled } from './endpoint'
import type { Settings } from './options'
import { ENCODINGS, getFollowing, readBody } from './request'
import { ExchangeError, exchangeErrorOf } from './exchange-error'

/** Asks for the content once, unless it still has this `etag`. Never rejects. */
export async function pull(
  settings: Settings,
  etag: string | undefined,
  closing: AbortSignal,
): Promise<Pulled> {
  const { totalTimeoutMs } = settings
  const late = new ExchangeError(
    `it was not read within ${totalTimeoutMs} ms`,
    'check the server, or raise totalTimeoutMs',
  )
  try {
    return await withDeadline(totalTimeoutMs, late, closing, (signal) =>
      ask(settings, etag, signal),
    )
  } catch (error) {
    return { kind: 'failed', error: exchangeErrorOf(error) }
  }
}

async function ask(
  settings: Settings,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<Pulled> {
  const headers = {
    'accept-encoding': ENCODINGS,
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  }
  const { message } = await getFollowing(
    { ...settings, headers, signal },
    settings.headers,
    settings.maxRedirects,
  )
  const streams = message.headers['x-sse-support'] === 'enabled'
  if (message.statusCode === 200) {
    const bytes = await readBody(message, settings.hardLimitBytes)
    return { kind: 'body', bytes, etag: message.headers.etag, streams }
  }
  if (message.statusCode === 304 && etag !== undefined) {
    // It has no body, so its connection may serve again.
    message.resume()
    return { kind: 'same', streams }
  }
  // Nothing of the body is wanted, and it may be endless.
  message.destroy()
  throw refused(message)
}

/** What a status means for whoever has to fix it. */
export function refused({ statusCode = 0, headers }: IncomingMessage): ExchangeError {
  const message = `it answered with status ${statusCode}`
  const waitMs = retryAfterMs(headers['retry-after'], Date.now())
  if (statusCode === 401 || statusCode === 403)
    return new ExchangeError(
      message,
      'correct the key, or the headers that give the right to read it',
      'unreadable',
      waitMs,
    )
  if (statusCode === 404 || statusCode === 410)
    return new ExchangeError(
      message,
      'correct the URL, or put the live config there',
      'missing',
      waitMs,
    )
  return new ExchangeError(message, 'check the server', 'unreadable', waitMs)
}

/**
 * `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). Anything else, and a time that is
 * over, is no wait.
 */
function retryAfterMs(header: string | undefined, now: number): number {
  const text = header?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  // A date has the name of its day in all three of its forms.
  const at = /^[a-z]{3,9},? /i.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}
