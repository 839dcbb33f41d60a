import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { keepAliveDuring } from '../../runtime/wait'
import { keepAsking } from '../keyed/heartbeat'
import { keepListening } from '../keyed/keep-listening'
import { closedStore } from '../keyed/store-failure'
import type {
  KeyStore,
  KeyWatch,
  KeyWatcher,
  KeyWrite,
  Stored,
  StoreError,
  WriteResult,
} from '../key-store'
import { connected, disconnect, type RedisConnection } from './redis-connection'
import { redisFailure } from './redis-failure'

/**
 * Compares and sets, all or nothing. KEYS: of the text, and of the hash of what is beside it.
 * ARGV: the beginning of the channels; then for each write its name, what it is based on (`*`:
 * anything, `-`: no key, otherwise a version), `set` or `remove`, and the bytes. Returns the number
 * of the write whose base is another, from 0. Who may not publish may write all the same.
 */
const WRITE = `
local function held(name)
  if name == '' then return redis.call('GET', KEYS[1]) end
  return redis.call('HGET', KEYS[2], name)
end
for i = 2, #ARGV, 4 do
  local base = ARGV[i + 1]
  if base ~= '*' then
    local value = held(ARGV[i])
    local version = '-'
    if value then version = redis.sha1hex(value) end
    if version ~= base then return (i - 2) / 4 end
  end
end
for i = 2, #ARGV, 4 do
  local name = ARGV[i]
  if ARGV[i + 2] == 'set' then
    if name == '' then redis.call('SET', KEYS[1], ARGV[i + 3])
    else redis.call('HSET', KEYS[2], name, ARGV[i + 3]) end
  elseif name == '' then redis.call('DEL', KEYS[1])
  else redis.call('HDEL', KEYS[2], name) end
end
for i = 2, #ARGV, 4 do redis.pcall('PUBLISH', ARGV[1] .. ARGV[i], '') end
return false`

/** Equal bytes have equal versions: other tools write without counting. */
const versionOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')
const stored = (bytes: Buffer | null | undefined): Stored | undefined =>
  bytes ? { bytes, version: versionOf(bytes) } : undefined

/** How often a list is read to which others keep adding keys, before all is read. */
const MOST_TRIES = 5

const namesWith = (prefix: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => name.startsWith(prefix)).sort()

const storedOf = (
  values: readonly (readonly [name: string, bytes: Buffer | null | undefined])[],
): ReadonlyMap<string, Stored> =>
  new Map(
    values.flatMap(([name, bytes]) => {
      const value = stored(bytes)
      return value ? [[name, value] as const] : []
    }),
  )

/** The text under a key of Redis, and all that is beside it in one hash of the same slot. */
export class RedisKeyStore implements KeyStore {
  readonly isAtomic = true
  readonly notifies = true
  private readonly beside: string
  private readonly channels: string
  private readonly watches = new Set<KeyWatch>()
  private isClosed = false

  /** @param key that of the text */
  constructor(
    readonly name: string,
    private readonly key: string,
    private readonly connection: RedisConnection,
  ) {
    // A key that has a part in braces is in the slot of that part; any other is in its own.
    const slot = /\{[^}]+\}/.test(key) ? key : `{${key}}`
    this.beside = `${slot}:liveflag`
    this.channels = `${slot}:changed:`
  }

  get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    return this.run(async (client) => stored(await this.bytes(client, key)), signal)
  }

  keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.run(async (client) => {
      const isThere = prefix === '' && (await client.exists(this.key)) > 0
      const names = [...(isThere ? [''] : []), ...(await client.hkeys(this.beside))]
      return namesWith(prefix, names)
    }, signal)
  }

  list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    return this.run(async (client) => {
      let names = namesWith(prefix, await client.hkeys(this.beside))
      for (let tries = 1; tries <= MOST_TRIES; tries++) {
        const { found, now } = await this.readTogether(client, prefix, names)
        // Only then is all of it there, and of one moment.
        if (String(now) === String(names)) return found
        names = now
      }
      return this.readAll(client, prefix)
    }, signal)
  }

  write(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    return this.run(async (client) => {
      const parts = writes.flatMap(({ key, bytes, basedOn }) => [
        key,
        basedOn === undefined ? '*' : (basedOn ?? '-'),
        bytes === undefined ? 'remove' : 'set',
        bytes === undefined ? '' : Buffer.from(bytes),
      ])
      const conflict = await client.eval(WRITE, 2, this.key, this.beside, this.channels, ...parts)
      if (typeof conflict === 'number')
        return { written: false, conflict: writes[conflict]?.key ?? '' }
      const versions = new Map<string, string>()
      for (const { key, bytes } of writes) {
        versions.delete(key)
        if (bytes) versions.set(key, versionOf(bytes))
      }
      return { written: true, versions }
    }, signal)
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    if (this.isClosed) throw closedStore(this.name)
    const listening = keepListening(
      {
        listen: (live, signal) => this.listen(keys, watcher, live, signal),
        errorOf: (error) => redisFailure(this.name, error),
      },
      watcher,
    )
    const watch = {
      close: () => {
        this.watches.delete(watch)
        listening.close()
      },
    }
    this.watches.add(watch)
    return watch
  }

  async close(): Promise<void> {
    this.isClosed = true
    for (const watch of this.watches) watch.close()
    this.connection.close()
  }

  private async run<T>(
    work: (client: Redis | Cluster) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    if (this.isClosed) throw closedStore(this.name)
    try {
      return await keepAliveDuring(this.connection.use(work, signal))
    } catch (error) {
      throw this.failure(error)
    }
  }

  private failure(error: unknown): StoreError {
    return this.isClosed ? closedStore(this.name) : redisFailure(this.name, error)
  }

  private bytes(client: Redis | Cluster, key: string): Promise<Buffer | null> {
    return key === '' ? client.getBuffer(this.key) : client.hgetBuffer(this.beside, key)
  }

  /**
   * In one transaction, so that what was written together is read together. Only what is asked for is
   * sent: the whole history may be a hundred megabytes.
   */
  private async readTogether(
    client: Redis | Cluster,
    prefix: string,
    names: readonly string[],
  ): Promise<{ readonly found: ReadonlyMap<string, Stored>; readonly now: readonly string[] }> {
    const asked = client.multi().hkeys(this.beside)
    if (prefix === '') asked.getBuffer(this.key)
    if (names.length > 0) asked.hmgetBuffer(this.beside, ...names)
    const [keys, ...read] = ((await asked.exec()) ?? []).map(([error, reply]) => {
      if (error) throw error
      return reply
    })
    const values = read.flat() as readonly (Buffer | null)[]
    const asOf = [...(prefix === '' ? [''] : []), ...names]
    const found = storedOf(asOf.map((name, i) => [name, values[i]]))
    return { found, now: namesWith(prefix, keys as readonly string[]) }
  }

  private async readAll(
    client: Redis | Cluster,
    prefix: string,
  ): Promise<ReadonlyMap<string, Stored>> {
    const replies = await client.multi().getBuffer(this.key).hgetallBuffer(this.beside).exec()
    const [text, beside] = (replies ?? []).map(([error, reply]) => {
      if (error) throw error
      return reply
    })
    const all: Readonly<Record<string, Buffer | null>> = {
      '': text as Buffer | null,
      ...(beside as Record<string, Buffer>),
    }
    return storedOf(namesWith(prefix, Object.keys(all)).map((name) => [name, all[name]]))
  }

  /** Until the connection breaks, which rejects. */
  private async listen(
    keys: readonly string[],
    watcher: KeyWatcher,
    live: () => void,
    signal: AbortSignal,
  ): Promise<never> {
    const client = this.connection.subscriber()
    const ending = new AbortController()
    const end = (): void => {
      ending.abort()
      disconnect(client)
    }
    signal.addEventListener('abort', end)
    try {
      const ended = new Promise<never>((_, fail) => {
        client.on('error', fail)
        client.on('end', () => fail(new Error('Connection is closed.')))
      })
      ended.catch(() => undefined)
      await connected(client)
      client.on('message', (channel: string) => {
        if (!signal.aborted) watcher.changed(this.changedKeys(channel))
      })
      await client.subscribe(...keys.map((key) => this.channels + key))
      await this.subscribeToOthers(client, keys)
      keepAsking(() => client.ping(), end, ending.signal)
      live()
      return await ended
    } finally {
      signal.removeEventListener('abort', end)
      end()
    }
  }

  /**
   * What others write is notified by the server itself, if it is set up for that and if our user may
   * know; otherwise by the poll.
   */
  private async subscribeToOthers(client: Redis, keys: readonly string[]): Promise<void> {
    if (!keys.includes('')) return
    await client
      .subscribe(`__keyspace@${this.connection.database}__:${this.key}`)
      .catch((error: unknown) => {
        if (!/^NOPERM/.test(String((error as Error).message))) throw error
      })
  }

  private changedKeys(channel: string): readonly string[] {
    return [channel.startsWith(this.channels) ? channel.slice(this.channels.length) : '']
  }
}
