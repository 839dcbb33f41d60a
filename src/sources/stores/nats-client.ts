import type * as KvPackage from '@nats-io/kv'
import type { KV } from '@nats-io/kv'
import type * as TransportPackage from '@nats-io/transport-node'
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { loadOptional } from '../../runtime/optional-package'
import { withinTime } from '../../runtime/wait'
import type { Connection } from './link'
import type { StoreTls } from './tls'

export interface NatsSettings {
  /** What the application called. */
  readonly call: string
  readonly name: string
  readonly bucket: string
  /** Each with its port. */
  readonly hosts: readonly string[]
  readonly timeoutMs: number
  /** How many servers of a cluster hold a bucket that is made. */
  readonly replicas: number
  readonly login?: Pick<NodeConnectionOptions, 'user' | 'pass' | 'token'>
  /** The path of a file of credentials. */
  readonly creds?: string
  readonly tls?: StoreTls
}

/** What is used of a bucket. */
export type Bucket = Pick<KV, 'get' | 'keys' | 'put' | 'create' | 'update' | 'delete' | 'watch'>

export interface NatsBucket extends Connection {
  /** It may be missing. */
  readonly bucket: Bucket
  /** How many bytes the server takes in one message. */
  readonly mostBytes: number
  /** The server watches several keys for one watcher. */
  readonly watchesMany: boolean
  make(): Promise<void>
}

const CLOSE_WITHIN_MS = 500
/** The server is asked this often whether it is there. */
const ASK_EVERY_MS = 20_000

export async function connectNats(settings: NatsSettings): Promise<NatsBucket> {
  const { connect, credsAuthenticator } = loadOptional(
    settings.call,
    '@nats-io/transport-node',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    () => require('@nats-io/transport-node') as typeof TransportPackage,
  )
  const { creds, bucket, replicas } = settings
  const connection = await connect({
    ...optionsOf(settings),
    ...(creds !== undefined && { authenticator: credsAuthenticator(readFileSync(creds)) }),
  })
  const broken = connection.closed().then((error) => error ?? new Error('it closed the connection'))
  const close = (): Promise<void> => closeConnection(connection)
  try {
    const { Kvm } = loadOptional(
      settings.call,
      '@nats-io/kv',
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- as above
      () => require('@nats-io/kv') as typeof KvPackage,
    )
    const buckets = new Kvm(connection)
    const make = async (): Promise<void> => void (await buckets.create(bucket, { replicas }))
    return { ...readInfo(connection), bucket: await buckets.open(bucket), broken, make, close }
  } catch (error) {
    await close()
    throw error
  }
}

function optionsOf({ hosts, timeoutMs, login, tls }: NatsSettings): NodeConnectionOptions {
  return {
    servers: [...hosts],
    name: 'liveflag',
    // A connection that broke is given up: another is made by who needs it, after pauses of ours.
    reconnect: false,
    // To connect to one of them: a host that swallows what it gets leaves time for the next one.
    timeout: timeoutMs / hosts.length,
    pingInterval: ASK_EVERY_MS,
    ...login,
    ...(tls && { tls: tlsOf(tls, hosts) }),
  }
}

/** What the client passes on to Node as it is. */
interface NatsTls extends Readonly<Partial<Record<'ca' | 'cert' | 'key', string>>> {
  readonly checkServerIdentity: typeof checkServerIdentity
}

/**
 * The client does not say which host it has reached when that has an address and no name: Node would
 * then take the certificate of any `localhost`, and none of the address.
 */
function tlsOf(tls: StoreTls, hosts: readonly string[]): NatsTls {
  const names = hosts.map((host) => host.replace(/:\d+$/, '').replace(/^\[|\]$/g, ''))
  const addresses = names.filter((name) => isIP(name) !== 0)
  return {
    ...textsOf(tls),
    checkServerIdentity(host, certificate) {
      if (names.includes(host)) return checkServerIdentity(host, certificate)
      const errors = addresses.map((address) => checkServerIdentity(address, certificate))
      return errors.includes(undefined) ? undefined : errors[0]
    },
  }
}

const textsOf = (tls: StoreTls): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tls).map(([name, pem]: [string, string | Uint8Array]) => [
      name,
      Buffer.from(pem).toString(),
    ]),
  )

function readInfo({ info }: NatsConnection): Pick<NatsBucket, 'mostBytes' | 'watchesMany'> {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number)
  return { mostBytes: info?.max_payload ?? Infinity, watchesMany: major > 2 || minor >= 10 }
}

/** Closing waits for what is on its way, for ever where the server is silent. */
async function closeConnection(connection: NatsConnection): Promise<void> {
  await withinTime<void>(connection.close(), CLOSE_WITHIN_MS, () => undefined)
}
