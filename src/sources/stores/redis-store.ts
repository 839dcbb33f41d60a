import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { keepAliveDuring } from '../../runtime/wait'
import { ACKS } from '../fleet-records'
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
import { WRITE } from './redis-write'

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

const valuesOf = (
  replies: readonly [error: Error | null, reply: unknown][] | null,
): readonly unknown[] =>
  (replies ?? []).map(([error, reply]) => {
    if (error) throw error
    return reply
  })

/**
 * The text under a key of Redis, and what is beside it in two hashes of the same slot: what processes
 * write has one of its own, so that they need no right to write what only publishers may.
 */
export class RedisKeyStore implements KeyStore {
  readonly isAtomic = true
  readonly notifies = true
  private readonly beside: string
  private readonly acks: string
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
    this.acks = `${this.beside}:acks`
    this.channels = `${slot}:changed:`
  }

  get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    return this.run(async (client) => stored(await this.bytes(client, key)), signal)
  }

  keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.run(async (client) => {
      const isThere = prefix === '' && (await client.exists(this.key)) > 0
      return namesWith(prefix, [...(isThere ? [''] : []), ...(await this.names(client, prefix))])
    }, signal)
  }

  list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    return this.run(async (client) => {
      let names = namesWith(prefix, await this.names(client, prefix))
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
      const keys = [...new Set(writes.map(({ key }) => this.placeOf(key)))]
      const parts = writes.flatMap(({ key, bytes, basedOn }) => [
        ...[key, keys.indexOf(this.placeOf(key)) + 1],
        basedOn === undefined ? '*' : (basedOn ?? '-'),
        bytes === undefined ? 'remove' : 'set',
        bytes === undefined ? '' : Buffer.from(bytes),
      ])
      const conflict = await client.eval(WRITE, keys.length, ...keys, this.channels, ...parts)
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
    return key === '' ? client.getBuffer(this.key) : client.hgetBuffer(this.placeOf(key), key)
  }

  /** The key of Redis under which a key of ours is. */
  private placeOf(key: string): string {
    if (key === '') return this.key
    return key.startsWith(ACKS) ? this.acks : this.beside
  }

  /** Those in which there may be names that begin so. */
  private hashesFor(prefix: string): readonly string[] {
    if (prefix.startsWith(ACKS)) return [this.acks]
    return ACKS.startsWith(prefix) ? [this.beside, this.acks] : [this.beside]
  }

  private async names(client: Redis | Cluster, prefix: string): Promise<readonly string[]> {
    const names = await Promise.all(this.hashesFor(prefix).map((hash) => client.hkeys(hash)))
    return names.flat()
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
    const hashes = this.hashesFor(prefix)
    const asked = client.multi()
    for (const hash of hashes) asked.hkeys(hash)
    if (prefix === '') asked.getBuffer(this.key)
    const asOf = prefix === '' ? [''] : []
    for (const hash of hashes) {
      const own = names.filter((name) => this.placeOf(name) === hash)
      if (own.length > 0) asked.hmgetBuffer(hash, ...own)
      asOf.push(...own)
    }
    const replies = valuesOf(await asked.exec())
    const now = replies.slice(0, hashes.length).flat() as readonly string[]
    const values = replies.slice(hashes.length).flat() as readonly (Buffer | null)[]
    const held = new Map(asOf.map((name, i) => [name, values[i]]))
    const inOrder = [...(prefix === '' ? [''] : []), ...names]
    return {
      found: storedOf(inOrder.map((name) => [name, held.get(name)])),
      now: namesWith(prefix, now),
    }
  }

  private async readAll(
    client: Redis | Cluster,
    prefix: string,
  ): Promise<ReadonlyMap<string, Stored>> {
    const asked = client.multi()
    if (prefix === '') asked.getBuffer(this.key)
    for (const hash of this.hashesFor(prefix)) asked.hgetallBuffer(hash)
    const replies = valuesOf(await asked.exec())
    const beside = replies.slice(prefix === '' ? 1 : 0) as readonly Record<string, Buffer>[]
    const all = new Map<string, Buffer | null>(beside.flatMap((hash) => Object.entries(hash)))
    if (prefix === '') all.set('', replies[0] as Buffer | null)
    return storedOf(namesWith(prefix, [...all.keys()]).map((name) => [name, all.get(name)]))
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
