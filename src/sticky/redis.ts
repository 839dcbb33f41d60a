import type { Redis } from 'ioredis'
import { badOption, checkOptions, objectWith, TEXT, TIMEOUT_MS } from '../core/options'
import { LiveflagError } from '../core/errors'
import type { StickyDocument } from '../core/sticky'
import { openRedis, redisName } from '../runtime/redis-package'
import { keepAliveDuring } from '../runtime/wait'
import { documentKey } from './documents'
import {
  checkSize,
  closed,
  failed,
  fits,
  type SharedStickyOptions,
  type SharedStickyService,
  TTL_SECONDS,
} from './shared'
import { merged, validDocument } from './wanted'

/** What is asked of a client of the package ioredis: of one server, of Sentinel's, or of a cluster. */
export interface RedisStickyClient {
  get(key: string): Promise<string | null>
  eval(script: string, keys: number, ...parameters: readonly string[]): Promise<unknown>
}

export interface RedisStickyOptions extends SharedStickyOptions {
  /**
   * The beginning of the keys. Default `liveflag:sticky:`. With an empty one the documents are those
   * of GrowthBook's RedisStickyBucketService.
   */
  readonly prefix?: string
  /** How long to wait for a connection, in milliseconds. Default 2000. */
  readonly connectTimeoutMs?: number
  /** How long a command may take, in milliseconds. Default 1000. */
  readonly commandTimeoutMs?: number
}

const CALL = 'redisStickyService'
const CLIENT = objectWith(['get', 'eval'], 'the URL of a Redis server, or a client of ioredis')

/**
 * Stores sticky documents in Redis, for processes of many machines, each as JSON under a key of its
 * own. Needs the package ioredis. Where two processes assign a visitor at once, both find the first
 * assignment from then on.
 *
 * @param redis the URL of a server, or a client of ioredis that your application closes
 * @example const service = redisStickyService('redis://cache.example:6379/0', { ttlSeconds: 7776000 })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function redisStickyService(
  redis: string | RedisStickyClient,
  options: RedisStickyOptions = {},
): SharedStickyService {
  checkOptions(CALL, options, {
    prefix: TEXT,
    ttlSeconds: TTL_SECONDS,
    connectTimeoutMs: TIMEOUT_MS,
    commandTimeoutMs: TIMEOUT_MS,
  })
  const { prefix = 'liveflag:sticky:', ttlSeconds } = options
  const settings = { prefix, ttl: ttlSeconds === undefined ? '' : String(ttlSeconds) }
  if (typeof redis === 'string') {
    const name = redisName(CALL, redis)
    const { connectTimeoutMs = 2000, commandTimeoutMs = 1000 } = options
    const client = openRedis(CALL, redis, { connectTimeoutMs, commandTimeoutMs })
    return new RedisSticky(client, { ...settings, name, own: client })
  }
  if (!CLIENT.fits(redis)) throw badOption(CALL, 'redis', redis, CLIENT.wanted)
  return new RedisSticky(redis, { ...settings, name: 'Redis' })
}

/**
 * Writes a document if the key holds what it is based on; returns what the key holds otherwise. An
 * empty text is no document.
 */
const WRITE = `
local current = redis.call('GET', KEYS[1]) or ''
if current ~= ARGV[1] then return current end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return false`

/** Each time, another process has written the document. */
const MOST_TRIES = 20

interface Settings {
  readonly name: string
  readonly prefix: string
  /** Seconds; empty for no end. */
  readonly ttl: string
  /** The client, when it is to be closed here. */
  readonly own?: Redis
}

class RedisSticky implements SharedStickyService {
  private connecting: Promise<unknown> | undefined
  private closing: Promise<void> | undefined
  private readonly writing = new Set<Promise<void>>()

  constructor(
    private readonly client: RedisStickyClient,
    private readonly settings: Settings,
  ) {}

  async getAssignments(name: string, value: string): Promise<StickyDocument | undefined> {
    if (this.closing) throw closed(this.settings.name)
    if (!fits(name, value)) return undefined
    try {
      await this.connected()
      const text = await this.client.get(this.keyOf(name, value))
      return documentIn(text ?? '', name, value)
    } catch (error) {
      throw failed(this.settings.name, 'read', error)
    }
  }

  async getAllAssignments(
    attributes: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, StickyDocument>>> {
    // One by one and all at once: keys of a cluster may be on different servers.
    const found = await Promise.all(
      Object.entries(attributes).map(
        async ([name, value]) =>
          [documentKey(name, value), await this.getAssignments(name, value)] as const,
      ),
    )
    return Object.fromEntries(
      found.flatMap(([key, document]) => (document ? [[key, document] as const] : [])),
    )
  }

  async saveAssignments(document: StickyDocument, loaded?: StickyDocument): Promise<void> {
    if (this.closing) throw closed(this.settings.name)
    checkSize(document)
    const writing = keepAliveDuring(this.write(document, loaded))
    this.writing.add(writing)
    try {
      await writing
    } catch (error) {
      throw failed(this.settings.name, 'written', error)
    } finally {
      this.writing.delete(writing)
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    await Promise.allSettled(this.writing)
    const { own } = this.settings
    if (own?.status === 'ready') await own.quit().catch(() => undefined)
    own?.disconnect()
  }

  private async write(document: StickyDocument, loaded?: StickyDocument): Promise<void> {
    await this.connected()
    const { attributeName: name, attributeValue: value } = document
    const key = this.keyOf(name, value)
    // Most often it still holds what was loaded.
    let known = loaded && Object.keys(loaded.assignments).length > 0 ? JSON.stringify(loaded) : ''
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const text = JSON.stringify(merged(documentIn(known, name, value), document, loaded))
      const current = await this.client.eval(WRITE, 1, key, known, text, this.settings.ttl)
      if (typeof current !== 'string') return
      known = current
    }
    throw new LiveflagError(
      'LIVEFLAG_STORE_UNAVAILABLE',
      `a sticky document was written by others each of ${MOST_TRIES} times in ${this.settings.name}; see who writes it so often`,
    )
  }

  private keyOf(name: string, value: string): string {
    return this.settings.prefix + documentKey(name, value)
  }

  /** The first command waits for the connection; later ones do not, so that no request waits. */
  private async connected(): Promise<void> {
    const { own } = this.settings
    if (own) await (this.connecting ??= this.connect(own))
  }

  private async connect(client: Redis): Promise<void> {
    client.on('connect', () => client.stream.unref())
    // It goes on trying by itself; the command says that there is no connection.
    await client.connect().catch(() => undefined)
  }
}

/** What a key holds, if it is the document of this value: others may write there, too. */
function documentIn(text: string, name: string, value: string): StickyDocument | undefined {
  try {
    return validDocument(JSON.parse(text), { key: '', name, value })
  } catch {
    return undefined
  }
}
