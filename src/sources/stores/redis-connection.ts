import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { loadRedis } from '../../runtime/redis-package'
import type { StoreUrl } from '../store-url'
import { isOfConnection } from './redis-failure'

/** The connections of a store in Redis. */
export interface RedisConnection {
  /** The client for a command; connects when there is no connection. */
  use<T>(work: (client: Redis | Cluster) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Another client that is not connected yet. */
  subscriber(): Redis
  readonly database: number
  close(): void
}

export interface RedisConnectionOptions {
  readonly tls?: object
  /** Of the Sentinels, whose login is not that of the servers. */
  readonly sentinelUser?: string
  readonly sentinelPassword?: string
  readonly connectTimeoutMs: number
  readonly commandTimeoutMs: number
}

/** Without what the types of the client refuse to be left open. */
type Settings = Omit<RedisOptions, 'replyMapping'>

/** Tries once: who needs it decides when it is tried again. */
const ONCE = {
  lazyConnect: true,
  retryStrategy: () => null,
  sentinelRetryStrategy: () => null,
  sentinelReconnectStrategy: () => null,
  maxRetriesPerRequest: 0,
  // It asks INFO, for which a reader may have no right; a server that loads says so itself.
  enableReadyCheck: false,
} satisfies Settings

/** A client whose connection has ended would hold the process for two seconds more. */
export function disconnect(client: Redis | Cluster): void {
  hearErrors(client)
  if (client.status !== 'end') client.disconnect()
}

/**
 * The client hears the first error of a socket alone. A TLS socket may have another, as when the server
 * answers a refused certificate, and an error that nobody hears ends the process.
 */
function hearErrors(client: Redis | Cluster): void {
  // There is no socket before the name is resolved, and a cluster has many of its own.
  const socket = 'stream' in client ? (client.stream as Redis['stream'] | undefined) : undefined
  if (socket?.listeners('error').includes(HEARD) === false) socket.on('error', HEARD)
}

const HEARD = (): void => undefined

/** Connects, and rejects with what went wrong instead of that something did. */
export async function connected<Client extends Redis | Cluster>(client: Client): Promise<Client> {
  let last: unknown
  client.on('error', (error: unknown) => {
    last = error
    hearErrors(client)
  })
  client.on('connect', () => {
    // An idle connection does not keep the process alive.
    if ('stream' in client) client.stream.unref()
  })
  try {
    await client.connect()
  } catch (error) {
    disconnect(client)
    throw last ?? error
  }
  return client
}

/** The server, the Sentinels or the cluster of a URL. */
export function ownConnection(
  neededBy: string,
  url: StoreUrl,
  options: RedisConnectionOptions,
): RedisConnection {
  const { Redis, Cluster } = loadRedis(neededBy)
  const { connectTimeoutMs, commandTimeoutMs: commandTimeout } = options
  const group = url.query.get('sentinel')
  const usual = group === null ? 6379 : 26_379
  const hosts = url.hosts.map(({ host, port = usual }) => ({ host, port }))
  const login = loginOf(url, options)
  const sentinels = { ...sentinelsOf(url, options), sentinels: hosts }
  const settingsFor = (host: Partial<(typeof hosts)[number]> = {}): Settings =>
    group === null ? { ...login, ...host } : { ...login, ...sentinels, name: group }
  const make = (): Redis | Cluster =>
    url.query.get('cluster') === 'true'
      ? new Cluster(hosts, {
          ...{ lazyConnect: true, clusterRetryStrategy: () => null, enableReadyCheck: false },
          slotsRefreshTimeout: connectTimeoutMs,
          redisOptions: { ...login, commandTimeout },
        })
      : new Redis({ ...settingsFor(hosts[0]), commandTimeout })
  // Every server of a cluster sends on what is published on another.
  const subscriber = (): Redis =>
    new Redis(settingsFor(hosts[Math.floor(Math.random() * hosts.length)]))
  return new OwnConnection(make, subscriber, login.db)
}

const tlsOf = (scheme: string, tls: object | undefined): { readonly tls?: object } =>
  scheme === 'rediss' || tls ? { tls: { ...tls } } : {}

/** The client speaks in the clear to Sentinels, and to the servers that they name, unless each is said. */
function sentinelsOf({ scheme, query }: StoreUrl, options: RedisConnectionOptions): Settings {
  const user = options.sentinelUser ?? query.get('sentinelUser')
  const password = options.sentinelPassword ?? query.get('sentinelPassword')
  const { tls } = tlsOf(scheme, options.tls)
  return {
    sentinelCommandTimeout: options.connectTimeoutMs,
    ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    ...(user !== null && { sentinelUsername: user }),
    ...(password !== null && { sentinelPassword: password }),
  }
}

const loginOf = (
  { scheme, user, password, path }: StoreUrl,
  { tls, connectTimeoutMs }: RedisConnectionOptions,
) => ({
  ...ONCE,
  ...(user !== undefined && { username: user }),
  ...(password !== undefined && { password }),
  ...tlsOf(scheme, tls),
  db: Number(path.slice(1) || 0),
  connectionName: 'liveflag',
  connectTimeout: connectTimeoutMs,
})

class OwnConnection implements RedisConnection {
  private client: Promise<Redis | Cluster> | undefined
  private readonly open = new Set<Redis | Cluster>()

  constructor(
    private readonly make: () => Redis | Cluster,
    readonly subscriber: () => Redis,
    readonly database: number,
  ) {}

  async use<T>(work: (client: Redis | Cluster) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const connecting = (this.client ??= this.connect())
    const drop = (): void => this.drop(connecting)
    // A command that is not answered in time leaves a connection that is not to be trusted.
    signal?.addEventListener('abort', drop)
    try {
      return await work(await connecting)
    } catch (error) {
      if (isOfConnection(error)) drop()
      throw error
    } finally {
      signal?.removeEventListener('abort', drop)
    }
  }

  close(): void {
    this.client = undefined
    for (const client of this.open) disconnect(client)
  }

  private async connect(): Promise<Redis | Cluster> {
    const client = this.make()
    this.open.add(client)
    client.once('end', () => {
      this.open.delete(client)
      if (this.client === connecting) this.client = undefined
    })
    const connecting = connected(client)
    return connecting
  }

  private drop(connecting: Promise<Redis | Cluster>): void {
    if (this.client === connecting) this.client = undefined
    connecting.then(
      (client) => {
        if (this.open.delete(client)) disconnect(client)
      },
      () => undefined,
    )
  }
}

/** A client of the application, which stays open. Its subscriber has the same options. */
export class GivenConnection implements RedisConnection {
  constructor(private readonly client: Redis | Cluster) {}

  get database(): number {
    return 'nodes' in this.client ? 0 : (this.client.options.db ?? 0)
  }

  use<T>(work: (client: Redis | Cluster) => Promise<T>): Promise<T> {
    return work(this.client)
  }

  subscriber(): Redis {
    const { client } = this
    const nodes = 'nodes' in client ? client.nodes('all') : [client]
    const one = nodes[Math.floor(Math.random() * nodes.length)]
    if (one === undefined) throw new Error('Connection is closed.')
    return one.duplicate(ONCE)
  }

  close(): void {
    // The application closes it.
  }
}
