import type * as IoRedis from 'ioredis'
import type { Redis } from 'ioredis'
import { LiveflagError } from '../core/errors'
import { backOffMs } from './back-off'
import { isTorn } from './torn-url'
import { loadOptional } from './optional-package'

/** How a part of liveflag waits for a Redis server. */
export interface RedisWaiting {
  /** How long to wait for a connection. */
  readonly connectTimeoutMs: number
  /** How long a command may take. */
  readonly commandTimeoutMs: number
}

/** Pauses between tries to connect: many processes do not come back at one moment. */
const PAUSES = { firstMs: 50, longestMs: 2000 }

/**
 * Host and database of a URL, without its user and password.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, without the URL
 */
export function redisName(call: string, url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '' && !isTorn(parsed))
    return `Redis ${parsed.host}${parsed.pathname}`
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    `${call}: this is no URL of a Redis server; give one such as redis://user:password@host:6379/0, or a client of ioredis`,
  )
}

/**
 * A client that connects with the first command. While the server is away commands are rejected at
 * once, so that nothing waits in memory, and the client goes on trying to connect.
 *
 * @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE
 */
export function openRedis(neededBy: string, url: string, waiting: RedisWaiting): Redis {
  const { Redis } = loadRedis(neededBy)
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: waiting.connectTimeoutMs,
    commandTimeout: waiting.commandTimeoutMs,
    connectionName: 'liveflag',
    retryStrategy: (times: number) => backOffMs(PAUSES, times),
  })
  // Commands say what is wrong; without a listener the client prints it, too.
  client.on('error', () => undefined)
  return client
}

/** @throws {LiveflagError} LIVEFLAG_MISSING_PACKAGE */
export const loadRedis = (neededBy: string): typeof IoRedis =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
  loadOptional(neededBy, 'ioredis', () => require('ioredis') as typeof IoRedis)
