import type { IKeyValue, ITxnRequest, ITxnResponse, IWatchResponse } from 'etcd3'
import { asError, messageOf } from '../../core/errors'
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
import { Calls } from './calls'
import type { EtcdClient } from './etcd-client'
import { type Listening, Watches } from './watches'

export interface EtcdKeys {
  readonly name: string
  readonly key: string
  readonly timeoutMs: number
  readonly client: EtcdClient
  /** It is closed with the store. */
  readonly isOwn: boolean
}

type Operation = NonNullable<ITxnRequest['success']>[number]

/** The byte after `/`: the range from `key/` to `key0` is all that begins with `key/`. */
const AFTER_SLASH = '0'
/** A revision that no key has. */
const NEVER = '-1'

/**
 * The text is the key itself and the others begin with it and `/`. The version of a key is its
 * `mod_revision`, which grows with every write to the whole store and is never used again.
 */
export class EtcdKeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic = true
  readonly notifies = true
  private readonly calls: Calls
  private readonly watches: Watches
  /** What was wrong with the last call; undefined where it was answered. */
  private away: Meaning | undefined

  constructor(private readonly at: EtcdKeys) {
    this.name = at.name
    this.calls = new Calls(at.name, at.timeoutMs, this.errorOf)
    this.watches = new Watches(this.errorOf)
  }

  get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    return this.call(async () => {
      const { kvs } = await this.at.client.kv.range({ key: this.bytesOf(key) })
      return kvs.map(storedOf)[0]
    }, signal)
  }

  getUnless(
    version: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<Stored | 'unchanged' | undefined> {
    return this.call(async () => {
      const at = this.bytesOf(key)
      const { succeeded, responses } = await this.txn({
        compare: [{ key: at, target: 'Mod', result: 'Equal', mod_revision: revisionOf(version) }],
        failure: [{ request_range: { key: at } }],
      })
      return succeeded ? 'unchanged' : responses.flatMap(rangeOf).map(storedOf)[0]
    }, signal)
  }

  async keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    return [...(await this.range(prefix, true, signal)).keys()]
  }

  list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    return this.range(prefix, false, signal)
  }

  write(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    const based = writes.filter(({ basedOn }) => basedOn !== undefined)
    return this.call(async () => {
      const { succeeded, responses, header } = await this.txn({
        compare: based.map(({ key, basedOn }) => this.comparison(key, basedOn ?? null)),
        success: writes.map((write) => this.operation(write)),
        failure: based.map(({ key }) => ({
          request_range: { key: this.bytesOf(key), keys_only: true },
        })),
      })
      if (!succeeded) return { written: false, conflict: conflictOf(based, responses) }
      const written = writes.filter(({ bytes }) => bytes !== undefined)
      return { written: true, versions: new Map(written.map(({ key }) => [key, header.revision])) }
    }, signal)
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    return this.watches.begin((listening) => this.listen(keys, listening), watcher)
  }

  async close(): Promise<void> {
    if (this.calls.isClosed) return
    this.calls.close()
    this.watches.close()
    if (this.at.isOwn) this.at.client.close()
  }

  /**
   * A stream of our own: the watchers of the package stop for ever after a watch was refused, come
   * back up to half a minute late, and throw where nobody can catch it. A watch begins with the
   * present, and the receiver reads when it is live, so there is no revision that etcd could have
   * compacted away.
   */
  private listen(keys: readonly string[], listening: Listening): () => void {
    let end: (() => void) | undefined
    let isOver = false
    let begun = 0
    const heard = (response: IWatchResponse): void => {
      if (response.canceled) return listening.failed(new Error(response.cancel_reason))
      if (response.created && ++begun === keys.length) listening.live()
      const names = response.events.map(({ kv }) => this.nameOf(kv))
      if (names.length > 0) listening.changed(names)
    }
    const failed = (error: unknown): void => listening.failed(error)
    void this.calls
      .make(() => this.at.client.watchClient.watch())
      .then((stream) => {
        end = () => stream.cancel()
        stream.on('data', heard)
        stream.on('error', failed)
        stream.on('end', () => failed(new Error('it ended the watch')))
        if (isOver) return end()
        for (const key of keys) stream.write({ create_request: { key: this.bytesOf(key) } })
      }, failed)
    return () => {
      isOver = true
      end?.()
    }
  }

  private call<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const answered = async (): Promise<T> => {
      const answer = await work()
      this.away = undefined
      return answer
    }
    return this.calls.make(answered, signal)
  }

  /** What begins with a prefix, as it is at one moment. */
  private range(
    prefix: string,
    keysOnly: boolean,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Stored>> {
    return this.call(async () => {
      const requests = this.rangesOf(prefix).map((range) => ({
        request_range: { ...range, keys_only: keysOnly },
      }))
      const { responses } = await this.txn({ success: requests })
      const found = responses.flatMap(rangeOf)
      return new Map(found.map((kv) => [this.nameOf(kv), storedOf(kv)]))
    }, signal)
  }

  private rangesOf(prefix: string): readonly { key: Buffer; range_end?: Buffer }[] {
    const { key } = this.at
    if (prefix === '') {
      const others = { key: Buffer.from(`${key}/`), range_end: Buffer.from(key + AFTER_SLASH) }
      return [{ key: Buffer.from(key) }, others]
    }
    const from = this.bytesOf(prefix)
    const to = Buffer.from(from)
    // No name of ours ends with the greatest byte.
    to.writeUInt8(to.readUInt8(to.length - 1) + 1, to.length - 1)
    return [{ key: from, range_end: to }]
  }

  private async txn(request: ITxnRequest): Promise<ITxnResponse> {
    return this.at.client.kv.txn(request)
  }

  private comparison(key: string, basedOn: string | null) {
    const at = { key: this.bytesOf(key), result: 'Equal' } as const
    return basedOn === null
      ? ({ ...at, target: 'Create', create_revision: '0' } as const)
      : ({ ...at, target: 'Mod', mod_revision: revisionOf(basedOn) } as const)
  }

  private operation({ key, bytes }: KeyWrite): Operation {
    const at = this.bytesOf(key)
    return bytes === undefined
      ? { request_delete_range: { key: at } }
      : { request_put: { key: at, value: Buffer.from(bytes) } }
  }

  private bytesOf(key: string): Buffer {
    return Buffer.from(key === '' ? this.at.key : `${this.at.key}/${key}`)
  }

  private nameOf({ key }: Pick<IKeyValue, 'key'>): string {
    return key.toString().slice(this.at.key.length + 1)
  }

  /** While gRPC waits to connect again it does not say what kept it from that before. */
  private readonly errorOf = (thrown: unknown): StoreError => {
    const message = messageOf(thrown)
    const isSilent = /No connection established.*Last error: null/.test(message)
    if (!isSilent || !this.away) this.away = meaningOf(message)
    const [kind, reason, advice] = this.away
    return new StoreError(kind, this.at.name, reason, advice, { cause: asError(thrown) })
  }
}

const storedOf = ({ value, mod_revision: version }: IKeyValue): Stored => ({
  bytes: value,
  version,
})

const rangeOf = ({ response_range: range }: ITxnResponse['responses'][number]): IKeyValue[] =>
  range.kvs

/** Whatever is no revision is the version of no key. */
const revisionOf = (version: string): string => (/^[1-9]\d*$/.test(version) ? version : NEVER)

function conflictOf(based: readonly KeyWrite[], responses: ITxnResponse['responses']): string {
  const conflict = based.find(({ basedOn }, i) => {
    const version = responses[i]?.response_range.kvs[0]?.mod_revision ?? null
    return version !== basedOn
  })
  return conflict?.key ?? ''
}

type Meaning = readonly [kind: StoreError['kind'], reason: string, advice: string]

const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /authentication failed/,
    ['refused', 'user or password is wrong', 'correct them in the URL of etcd'],
  ],
  [/user name is empty/, ['refused', 'it asks for a user', 'put user and password in the URL']],
  [
    /authentication is not enabled/,
    ['refused', 'it has no users', 'leave user and password out of the URL'],
  ],
  [
    /permission denied/i,
    [
      'refused',
      'the user lacks the right to these keys',
      'grant its role the key and what begins with it and /',
    ],
  ],
  [
    /request is too large|larger than max/,
    [
      'unusable',
      'the value is larger than etcd takes, 1.5 MiB by default',
      'shorten the live config, or start etcd with a larger --max-request-bytes',
    ],
  ],
  [
    /ECONNREFUSED/,
    ['unreachable', 'nothing listens there (ECONNREFUSED)', 'start etcd, or correct the URL'],
  ],
  [
    /no space|NOSPACE/i,
    ['unusable', 'its space is used up', 'compact and defragment it, then disarm the alarm'],
  ],
]

function meaningOf(message: string): Meaning {
  const known = MEANINGS.find(([pattern]) => pattern.test(message))
  if (known) return known[1]
  const tls = tlsFailureOf(new Error(message))
  if (tls) return ['unreachable', ...tls]
  // gRPC says when it was, so that no two messages of one failure would be equal.
  const reason = message
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/\.? Resolution note: $/, '')
    .replace(/ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)/, '')
  return ['unreachable', reason, 'check etcd and the network, and whether it wants TLS']
}
