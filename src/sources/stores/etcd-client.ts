import type * as Etcd3Package from 'etcd3'
import type { IOptions } from 'etcd3'
import { asError, messageOf } from '../../core/errors'
import { loadOptional } from '../../runtime/optional-package'
import type { StoreTls } from './tls'

/** What is used of a client of the package etcd3. */
export type EtcdClient = Pick<Etcd3Package.Etcd3, 'kv' | 'watchClient' | 'close'>

export interface EtcdSettings {
  readonly name: string
  readonly key: string
  /** Each with its port. None: etcd on this machine. */
  readonly hosts: readonly string[]
  readonly timeoutMs: number
  readonly login?: { readonly username: string; readonly password: string }
  readonly tls?: StoreTls
}

type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>
type Credentials = NonNullable<IOptions['credentials']>

/** What the client signs in with, which its types hide. Its version is held by package.json. */
interface Pool {
  readonly hosts: readonly Host[]
  readonly authenticator: {
    getCredentialsFromHost(
      address: string,
      name: string,
      password: string,
      options: object,
    ): Promise<string>
  }
}

interface Host {
  /** With its port. */
  readonly host: string
  getServiceClient(name: 'Auth' | 'KV'): AuthService
}

interface AuthService {
  getChannel(): Channel
  authenticate(
    login: { readonly name: string; readonly password: string },
    options: object,
    answer: (error: unknown, result: { readonly token: string }) => void,
  ): void
}

/** gRPC finds a connection that was cut without a word by asking this often. */
const ALIVE_EVERY_MS = 10_000
const ALIVE_WITHIN_MS = 5000

interface Channel {
  getConnectivityState(tryToConnect: boolean): number
  watchConnectivityState(from: number, deadline: number, done: (error?: Error) => void): void
}

/** States of a channel in which it is not known yet whether its host can be reached. */
const UNKNOWN_YET = [0, 1]

let clients = 0

/** A client that is ours alone, and is closed with its store. */
export function ownEtcd(call: string, { hosts, timeoutMs, login, tls }: EtcdSettings): EtcdClient {
  const { Etcd3 } = loadOptional(
    call,
    'etcd3',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    () => require('etcd3') as typeof Etcd3Package,
  )
  const scheme = tls ? 'https' : 'http'
  const each = hosts.length > 0 ? hosts : ['127.0.0.1:2379']
  const client = new Etcd3({
    hosts: each.map((host) => `${scheme}://${host}`),
    ...(tls && { credentials: credentialsOf(tls) }),
    ...(login && { auth: login }),
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + timeoutMs }),
    // Its own would refuse calls for five seconds after three failures, also when etcd is back.
    faultHandling: { host: (url) => policy(1, () => reach(url)), global: policy(each.length) },
    grpcOptions: {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': ALIVE_EVERY_MS,
      'grpc.keepalive_timeout_ms': ALIVE_WITHIN_MS,
      // Otherwise its channels wait up to two minutes.
      'grpc.max_reconnect_backoff_ms': 5000,
      // gRPC shares the connections of clients whose options are equal, and their pauses as well: then
      // one that is opened when etcd is back would wait for another that met it when it was away.
      'liveflag.client': ++clients,
    },
  })
  const { hosts: found, authenticator } = Reflect.get(client, 'pool') as Pool
  // Who signs in asks hosts for that as well, so a host that swallows what it gets has half of its share.
  const reach = async (url: string): Promise<AuthService | undefined> => {
    const host = found.find((one) => one.host === url.replace(/^https?:\/\//, ''))
    if (each.length > 1) await reached(host?.getServiceClient('KV'), timeoutMs / each.length / 2)
    return host?.getServiceClient('Auth')
  }
  if (login) signInBy(authenticator, reach)
  return client
}

/**
 * Resolves when a host can be asked, or is known not to be there, which whoever asks it finds out.
 * Rejects after this time.
 */
async function reached(service: AuthService | undefined, withinMs: number): Promise<void> {
  const channel = service?.getChannel()
  const deadline = Date.now() + withinMs
  for (;;) {
    const state = channel?.getConnectivityState(true) ?? NaN
    if (!UNKNOWN_YET.includes(state)) return
    await new Promise<void>((changed, fail) => {
      channel?.watchConnectivityState(state, deadline, (error) => {
        if (error) fail(new Error(`No connection established within ${withinMs} ms`))
        else changed()
      })
    })
  }
}

/**
 * The client signs in by a connection of its own, with none of the options above, which it makes
 * anew each time and never closes.
 */
function signInBy(
  authenticator: Pool['authenticator'],
  reach: (url: string) => Promise<AuthService | undefined>,
): void {
  authenticator.getCredentialsFromHost = async (address, name, password, options) => {
    const service = await reach(address)
    return new Promise((resolve, reject) => {
      service?.authenticate({ name, password }, options, (error, result) => {
        if (error) reject(asError(error))
        else resolve(result.token)
      })
    })
  }
}

/** Without an authority of its own the client trusts those that Node trusts. */
function credentialsOf({ ca, cert, key }: StoreTls): Credentials {
  const own = {
    ...(ca !== undefined && { rootCertificate: Buffer.from(ca) }),
    ...(key !== undefined && { privateKey: Buffer.from(key) }),
    ...(cert !== undefined && { certChain: Buffer.from(cert) }),
  }
  // Its types want an authority, which gRPC does not.
  return own as Credentials
}

/**
 * Tries the next host only where none was reached: a write that was sent may have been made, and
 * sent again it would find itself in its way.
 */
function policy(tries: number, first = async (): Promise<unknown> => undefined): Policy {
  const execute = async <T>(work: (context: { signal: AbortSignal }) => T | Promise<T>) => {
    const { signal } = new AbortController()
    for (let failures = 1; ; failures++) {
      try {
        await first()
        return await work({ signal })
      } catch (error) {
        if (failures >= tries || !wasNotSent(error)) throw error
      }
    }
  }
  // The client calls `execute` alone; the rest of the interface is for who listens to a policy.
  return { execute } as unknown as Policy
}

const wasNotSent = (error: unknown): boolean =>
  /No connection established|Name resolution failed/.test(messageOf(error))
