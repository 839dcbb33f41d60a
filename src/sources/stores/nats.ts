import { asError, codeOf, messageOf } from '../../core/errors'
import { isObject } from '../../core/options'
import { Alarm } from '../../runtime/alarm'
import { jitter, retry } from '../../runtime/back-off'
import {
  type KeyStore,
  type KeyWatch,
  type KeyWatcher,
  type KeyWrite,
  StoreError,
  type Stored,
  type WriteResult,
} from '../key-store'
import { tlsFailureOf } from '../remote/tls-failure'
import { Linked } from './linked'
import { connectNats, type NatsBucket, type NatsSettings } from './nats-client'
import { filterOf, keyOf, nameOf } from './nats-names'
import type { Listening } from './watches'

export interface NatsKeys extends NatsSettings {
  /** Of the text. */
  readonly key: string
}

const BEING_MADE = { firstMs: 20, longestMs: 200 }
const MOST_TRIES = 15
/** A watch whose consumer is gone says nothing for ever, so the server is asked for it this often. */
const ASK_EVERY_MS = 30_000

/**
 * The text is a key of the bucket, and the others begin with it and a dot. A version is the revision
 * of the bucket, which grows with every write and is never used again. Of several writes each is
 * made for itself.
 */
export class NatsKeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic = false
  readonly notifies = true
  private readonly linked: Linked<NatsBucket>

  constructor(private readonly at: NatsKeys) {
    this.name = at.name
    this.linked = new Linked(at, () => connectNats(at), this.errorOf)
  }

  get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    return this.linked.call((connection) => this.read(connection, key), signal)
  }

  keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.linked.call((connection) => this.names(connection, prefix), signal)
  }

  list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    return this.linked.call(async (connection) => {
      const names = await this.names(connection, prefix)
      const read = await Promise.all(
        names.map(async (key) => [key, await this.read(connection, key)] as const),
      )
      return new Map(read.flatMap(([key, stored]) => (stored ? [[key, stored]] : [])))
    }, signal)
  }

  async write(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    const versions = new Map<string, string>()
    for (const write of writes) {
      const revision = await this.linked.call(
        (connection) => this.writeOne(connection, write),
        signal,
      )
      if (revision === undefined) return { written: false, conflict: write.key }
      if (write.bytes !== undefined) versions.set(write.key, String(revision))
    }
    return { written: true, versions }
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    return this.linked.watch((listening) => this.listen(keys, listening), watcher)
  }

  close(): Promise<void> {
    return this.linked.close()
  }

  private async read({ bucket }: NatsBucket, key: string): Promise<Stored | undefined> {
    const entry = await orNone(bucket.get(keyOf(this.at.key, key)))
    // What was removed leaves a mark.
    if (!entry || entry.operation !== 'PUT') return undefined
    return { bytes: entry.value, version: String(entry.revision) }
  }

  private async names(connection: NatsBucket, prefix: string): Promise<readonly string[]> {
    const { key } = this.at
    const isThere = prefix === '' && (await this.read(connection, '')) !== undefined
    const names: string[] = isThere ? [''] : []
    for await (const found of (await orNone(connection.bucket.keys(filterOf(key, prefix)))) ?? [])
      names.push(nameOf(key, found))
    return names.filter((name) => name.startsWith(prefix)).sort()
  }

  /** Returns its revision; undefined when what is there is not what the write is based on. */
  private async writeOne(connection: NatsBucket, write: KeyWrite): Promise<number | undefined> {
    const { bytes } = write
    if (bytes !== undefined && bytes.length > connection.mostBytes)
      throw this.tooLarge(bytes.length, connection.mostBytes)
    const put = (): Promise<number | undefined> => this.putOrNot(connection, write)
    try {
      return await put()
    } catch (error) {
      if (!isMissing(error)) throw error
      if (bytes === undefined) return write.basedOn ? undefined : 0
      await connection.make()
      // One that another publisher is making at this moment is there before it takes anything.
      return retry(put, (again, tries) => isMissing(again) && tries < MOST_TRIES, BEING_MADE)
    }
  }

  /** Undefined: what is there is not what the write is based on. */
  private async putOrNot(connection: NatsBucket, write: KeyWrite): Promise<number | undefined> {
    try {
      return await this.put(connection, write)
    } catch (error) {
      if (isConflict(error)) return undefined
      throw error
    }
  }

  private async put({ bucket }: NatsBucket, write: KeyWrite): Promise<number | undefined> {
    const { bytes, basedOn } = write
    const key = keyOf(this.at.key, write.key)
    const revision = typeof basedOn === 'string' ? Number(basedOn) : undefined
    // Zero would be no condition.
    if (revision !== undefined && !(revision > 0)) return undefined
    if (bytes === undefined) {
      await bucket.delete(key, revision === undefined ? {} : { previousSeq: revision })
      return 0
    }
    if (revision !== undefined) return bucket.update(key, bytes, revision)
    return basedOn === null ? bucket.create(key, bytes) : bucket.put(key, bytes)
  }

  private listen(keys: readonly string[], listening: Listening): () => void {
    const ends: (() => void)[] = []
    let isOver = false
    const end = (): void => {
      isOver = true
      for (const one of ends.splice(0)) one()
    }
    const begin = async (): Promise<unknown> => {
      const connection = await this.linked.use()
      const all = keys.map((key) => keyOf(this.at.key, key))
      const groups = connection.watchesMany ? [all] : all.map((key) => [key])
      for (const group of groups) ends.push(await this.hear(connection, group, listening))
      if (isOver) end()
      listening.live()
      return connection.broken
    }
    begin().then(
      (reason) => listening.failed(reason),
      (error: unknown) => listening.failed(error),
    )
    return end
  }

  /** Returns what ends it. */
  private async hear(
    { bucket }: NatsBucket,
    keys: readonly string[],
    listening: Listening,
  ): Promise<() => void> {
    const key = keys.length === 1 ? keys[0] : [...keys]
    const entries = await bucket.watch({
      ...(key && { key }),
      include: 'updates',
      headers_only: true,
    })
    const check = new Alarm(() => {
      consumerOf(entries)
        .info()
        .then(again, (error: unknown) => listening.failed(error))
    })
    const again = (): void => check.set(jitter(ASK_EVERY_MS, 0.5, 1))
    again()
    const hear = async (): Promise<void> => {
      for await (const entry of entries) listening.changed([nameOf(this.at.key, entry.key)])
      throw new Error('it ended the watch')
    }
    hear().catch((error: unknown) => listening.failed(error))
    return () => {
      check.clear()
      entries.stop()
    }
  }

  private tooLarge(bytes: number, most: number): StoreError {
    return new StoreError(
      'unusable',
      this.name,
      `a value of ${bytes} bytes is larger than a message of this server may be, ${most} bytes`,
      'shorten the live config, or raise max_payload in the configuration of nats-server',
    )
  }

  private readonly errorOf = (thrown: unknown): StoreError => {
    const [kind, reason, advice] = meaningOf(thrown)
    return new StoreError(kind, this.at.name, reason, advice, { cause: asError(thrown) })
  }
}

type Meaning = readonly [kind: StoreError['kind'], reason: string, advice: string]

/** Of the answers of JetStream. */
const STREAM_NOT_FOUND = 10_059
const WRONG_REVISION = [10_071, 10_164]

const numberOf = (error: unknown): unknown =>
  isObject(error) ? Reflect.get(error, 'code') : undefined

const isConflict = (error: unknown): boolean =>
  WRONG_REVISION.some((code) => code === numberOf(error))

/** A write into a bucket that is missing finds nobody who would answer. */
const isMissing = (error: unknown): boolean =>
  numberOf(error) === STREAM_NOT_FOUND || /^jetstream is not enabled/i.test(messageOf(error))

/** Undefined when there is no bucket. */
const orNone = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (numberOf(error) === STREAM_NOT_FOUND) return undefined
    throw error
  })

/** The package has it on what it returns, without saying so in its types. */
const consumerOf = (entries: object): { info(): Promise<unknown> } =>
  Reflect.get(entries, '_data') as { info(): Promise<unknown> }

const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /authorization violation|authentication/i,
    ['refused', 'user, password, token or credentials are wrong', 'correct them in the URL'],
  ],
  [
    /permissions violation/i,
    ['refused', 'the user lacks the right to the bucket', 'allow it what docs/key-stores.md lists'],
  ],
  [
    /stream not found/,
    [
      'unreachable',
      'there is no such bucket',
      'publish a live config, which makes it, or correct the URL',
    ],
  ],
  [
    /jetstream is not enabled/i,
    ['unusable', 'its JetStream is off, which holds buckets', 'start nats-server with jetstream'],
  ],
  [
    /ECONNRESET|EPIPE/,
    ['unreachable', 'the connection was cut', 'check the server and what is between'],
  ],
  [
    /does not support 'tls'/,
    ['refused', 'it offers no TLS', 'turn it on in the server, or leave tls out of the URL'],
  ],
  [
    /maximum bytes exceeded|message size exceeds/i,
    [
      'unusable',
      'the bucket takes no value of this size',
      'shorten the live config, or raise max_value_size and max_bytes of the bucket',
    ],
  ],
]

function meaningOf(thrown: unknown): Meaning {
  const message = messageOf(thrown)
  const known = MEANINGS.find(([pattern]) => pattern.test(message))
  if (known) return known[1]
  const tls = tlsFailureOf(thrown)
  if (tls) return ['unreachable', ...tls]
  const reason = message === 'connection refused' ? 'nothing listens there' : message
  return [
    'unreachable',
    codeOf(thrown) === '' ? reason : `${reason} (${codeOf(thrown)})`,
    'check NATS and the network',
  ]
}
