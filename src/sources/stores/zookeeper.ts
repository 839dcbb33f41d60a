import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
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
import { Linked } from './linked'
import type { Listening } from './watches'
import {
  connectZooKeeper,
  reasonOfConnection,
  type ZooKeeperAcl,
  type ZooKeeperClient,
  type ZooKeeperConnection,
  zooKeeperPackage,
  type ZooKeeperSettings,
} from './zookeeper-client'
import {
  AUTH_FAILED,
  childrenOf,
  codeOfZooKeeper,
  CONNECTION_LOSS,
  exists,
  getData,
  NO_AUTH,
} from './zookeeper-calls'
import { versionOf, writeKeys, type ZooKeeperPlaces } from './zookeeper-writes'

export interface ZooKeeperKeys extends ZooKeeperSettings {
  /** Of the node that holds the text. */
  readonly path: string
  /** Of nodes that are made. */
  readonly acl: readonly ZooKeeperAcl[]
}

/** r2 compresses what it writes, behind these four bytes. */
const COMPRESSED = 'gzip'
const MOST_BYTES = 100 * 1024 * 1024
/** How often a listing is read that others keep changing meanwhile. */
const MOST_LISTINGS = 20
/** Longer ones are of what hosts write, each for itself. */
const SHORT = 50
/** Who sends less has not been refused for its size. */
const LARGE = 1_000_000

/**
 * The text is a node of its own, as r2's `/config/live`, and what liveflag keeps is below another node
 * beside it, so that the first can be removed and made again by any tool. The version of a key is
 * the transaction that wrote it and the node's own count of writes, which alone can be compared by
 * ZooKeeper.
 */
export class ZooKeeperKeyStore implements KeyStore {
  readonly name: string
  readonly isAtomic = true
  readonly notifies = true
  private readonly linked: Linked<ZooKeeperConnection>
  private readonly folder: string

  constructor(private readonly at: ZooKeeperKeys) {
    this.name = at.name
    this.folder = `${at.path}.liveflag`
    this.linked = new Linked(at, () => connectZooKeeper(at), this.errorOf)
  }

  get(key: string, signal?: AbortSignal): Promise<Stored | undefined> {
    return this.call((client) => this.read(client, key), signal)
  }

  getUnless(
    version: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<Stored | 'unchanged' | undefined> {
    return this.call(async (client) => {
      const stat = await exists(client, this.pathOf(key))
      if (stat !== undefined && versionOf(stat) === version) return 'unchanged'
      return stat && this.read(client, key)
    }, signal)
  }

  keys(prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
    return this.call((client) => this.names(client, prefix), signal)
  }

  list(prefix: string, signal?: AbortSignal): Promise<ReadonlyMap<string, Stored>> {
    return this.call((client) => this.listed(client, prefix), signal)
  }

  async write(writes: readonly KeyWrite[], signal?: AbortSignal): Promise<WriteResult> {
    try {
      return await this.call((client) => writeKeys(client, writes, this.places()), signal)
    } catch (error) {
      throw sizeOf(writes) > LARGE && isCut(error) ? this.tooLarge(sizeOf(writes)) : error
    }
  }

  watch(keys: readonly string[], watcher: KeyWatcher): KeyWatch {
    return this.linked.watch((listening) => this.listen(keys, listening), watcher)
  }

  close(): Promise<void> {
    return this.linked.close()
  }

  private call<T>(work: (client: ZooKeeperClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.linked.call(({ client }) => work(client), signal)
  }

  /** A watch of ZooKeeper fires once: it is set again before anybody reads. */
  private listen(keys: readonly string[], listening: Listening): () => void {
    let isOver = false
    const set = async (client: ZooKeeperClient, key: string): Promise<void> => {
      const fired = (): void => {
        if (isOver) return
        void set(client, key).then(
          () => listening.changed([key]),
          (error: unknown) => listening.failed(error),
        )
      }
      await exists(client, this.pathOf(key), fired)
    }
    const begin = async ({ client, broken }: ZooKeeperConnection): Promise<unknown> => {
      await Promise.all(keys.map((key) => set(client, key)))
      listening.live()
      return broken
    }
    void this.linked
      .use()
      .then(begin)
      .then(
        (reason) => listening.failed(reason),
        (error: unknown) => listening.failed(error),
      )
    return () => (isOver = true)
  }

  private async read(client: ZooKeeperClient, key: string): Promise<Stored | undefined> {
    const found = await getData(client, this.pathOf(key))
    if (found === undefined) return undefined
    const { bytes, stat } = found
    const isCompressed = key === '' && bytes.toString('latin1', 0, 4) === COMPRESSED
    return {
      bytes: isCompressed ? await this.inflated(bytes.subarray(COMPRESSED.length)) : bytes,
      version: versionOf(stat),
    }
  }

  private async inflated(bytes: Uint8Array): Promise<Uint8Array> {
    try {
      return await promisify(inflate)(bytes, { maxOutputLength: MOST_BYTES })
    } catch (error) {
      throw new StoreError(
        'unusable',
        this.name,
        `its node begins with ${COMPRESSED}, as r2 writes it, but is not compressed by zlib (${messageOf(error)})`,
        'write it again',
        { cause: asError(error) },
      )
    }
  }

  private async names(client: ZooKeeperClient, prefix: string): Promise<readonly string[]> {
    const below = (await childrenOf(client, this.folder)).map(keyOf)
    const isThere = prefix === '' && (await exists(client, this.at.path)) !== undefined
    return [...(isThere ? [''] : []), ...below.filter((key) => key.startsWith(prefix)).sort()]
  }

  /**
   * Nodes are read one by one, so it reads again until twice the same was there: then it was all
   * there at one moment. Of a long one the second listing must do.
   */
  private async listed(
    client: ZooKeeperClient,
    prefix: string,
  ): Promise<ReadonlyMap<string, Stored>> {
    let before = ''
    for (let listings = 1; ; listings++) {
      const names = await this.names(client, prefix)
      const read = await Promise.all(
        names.map(async (key) => [key, await this.read(client, key)] as const),
      )
      const found = read.flatMap(([key, stored]) => (stored ? [[key, stored] as const] : []))
      const versions = JSON.stringify(found.map(([key, { version }]) => [key, version]))
      const most = names.length > SHORT ? 2 : MOST_LISTINGS
      if (versions === before || listings >= most) return new Map(found)
      before = versions
    }
  }

  private places(): ZooKeeperPlaces {
    const { path, acl, call } = this.at
    const { ACL, Id } = zooKeeperPackage(call)
    return {
      pathOf: (key) => this.pathOf(key),
      parents: [path.slice(0, path.lastIndexOf('/')), this.folder],
      acls: acl.map(({ permission, id }) => new ACL(permission, new Id(id.scheme, id.id))),
    }
  }

  private pathOf(key: string): string {
    return key === ''
      ? this.at.path
      : `${this.folder}/${encodeURIComponent(key).replaceAll('%2F', ':')}`
  }

  /** ZooKeeper closes the connection on a request that is larger than it takes. */
  private tooLarge(bytes: number): StoreError {
    return new StoreError(
      'unusable',
      this.name,
      `it closed the connection on a write of ${bytes} bytes; it takes jute.maxbuffer at once, 1 MB by default`,
      'shorten the live config, which is written twice when it is published, or start every server with a larger -Djute.maxbuffer',
    )
  }

  private readonly errorOf = (thrown: unknown): StoreError => {
    const [kind, reason, advice] = this.meaningOf(thrown)
    return new StoreError(kind, this.name, reason, advice, { cause: asError(thrown) })
  }

  private meaningOf(
    thrown: unknown,
  ): readonly [kind: StoreError['kind'], reason: string, advice: string] {
    switch (codeOfZooKeeper(thrown)) {
      case NO_AUTH:
        return [
          'refused',
          this.at.digest === undefined
            ? 'it asks for a user'
            : 'the user lacks the right to the node',
          'put user:password of the digest in the URL, or change the ACL of the node',
        ]
      case AUTH_FAILED:
        return ['refused', 'it does not know this way to sign in', 'use a digest']
      default: {
        const tls = tlsFailureOf(thrown)
        if (tls) return ['unreachable', ...tls]
        return ['unreachable', reasonOfConnection(thrown), CHECK]
      }
    }
  }
}

const CHECK = 'check ZooKeeper and the network, and whether this port wants TLS'

const isCut = (error: unknown): boolean =>
  error instanceof StoreError && codeOfZooKeeper(error.cause) === CONNECTION_LOSS

const keyOf = (name: string): string => decodeURIComponent(name.replaceAll(':', '%2F'))

const sizeOf = (writes: readonly KeyWrite[]): number =>
  writes.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0)
