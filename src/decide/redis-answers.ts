import type { Redis } from 'ioredis'
import { badOption, checkOptions, objectWith, TEXT, TIMEOUT_MS } from '../core/options'
import { openRedis, redisName } from '../runtime/redis-package'
import type { AnswerStore } from './answer-store'

/** What is asked of a client of the package ioredis. */
export interface RedisAnswersClient {
  get(key: string): Promise<string | null>
  eval(script: string, keys: number, ...parameters: readonly string[]): Promise<unknown>
}

export interface RedisAnswersOptions {
  /** The beginning of the keys. Default `liveflag:answers:`. */
  readonly prefix?: string
  /** How long to wait for a connection, in milliseconds. Default 2000. */
  readonly connectTimeoutMs?: number
  /** How long a command may take, in milliseconds. Default 1000. */
  readonly commandTimeoutMs?: number
}

const CALL = 'redisAnswers'
const CLIENT = objectWith(['get', 'eval'], 'the URL of a Redis server, or a client of ioredis')

/**
 * Shares the answers of deciders in Redis, for `createDecider({ answers })`: which process answers
 * first has answered for all of them. Needs the package ioredis.
 *
 * @param redis the URL of a server, or a client of ioredis that your application closes
 * @example createDecider({ features, store: 'postgres://db.example/records', answers: redisAnswers('redis://cache.example') })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function redisAnswers(
  redis: string | RedisAnswersClient,
  options: RedisAnswersOptions = {},
): AnswerStore {
  checkOptions(CALL, options, {
    prefix: TEXT,
    connectTimeoutMs: TIMEOUT_MS,
    commandTimeoutMs: TIMEOUT_MS,
  })
  const { prefix = 'liveflag:answers:', connectTimeoutMs = 2000, commandTimeoutMs = 1000 } = options
  if (typeof redis === 'string') {
    redisName(CALL, redis)
    const client = openRedis(CALL, redis, { connectTimeoutMs, commandTimeoutMs })
    return new RedisAnswers(client, prefix, client)
  }
  if (!CLIENT.fits(redis)) throw badOption(CALL, 'redis', redis, CLIENT.wanted)
  return new RedisAnswers(redis, prefix)
}

const KEEP_FIRST = `
local first = redis.call('GET', KEYS[1])
if first then return first end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`

class RedisAnswers implements AnswerStore {
  private connecting: Promise<unknown> | undefined

  constructor(
    private readonly client: RedisAnswersClient,
    private readonly prefix: string,
    /** The client, when it is to be closed here. */
    private readonly own?: Redis,
  ) {}

  async get(keys: readonly string[]): Promise<readonly (string | null)[]> {
    await this.connected()
    // One by one and all at once: keys of a cluster may be on different servers.
    return Promise.all(keys.map((key) => this.client.get(this.prefix + key)))
  }

  async keepFirst(key: string, text: string, ms: number): Promise<string> {
    await this.connected()
    const parameters = [this.prefix + key, text, String(Math.ceil(ms))]
    return String(await this.client.eval(KEEP_FIRST, 1, ...parameters))
  }

  async close(): Promise<void> {
    const { own } = this
    if (own?.status === 'ready') await own.quit().catch(() => undefined)
    own?.disconnect()
  }

  /** The first command waits for the connection; while there is none later ones fail at once. */
  private async connected(): Promise<void> {
    const { own } = this
    if (own) await (this.connecting ??= connect(own))
  }
}

async function connect(client: Redis): Promise<void> {
  client.on('connect', () => client.stream.unref())
  await client.connect().catch(() => undefined)
}
