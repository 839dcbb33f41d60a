import type * as Etcd3Package from 'etcd3'
import type { IOptions } from 'etcd3'
import { messageOf } from '../../core/errors'
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

/** gRPC finds a connection that was cut without a word by asking this often. */
const ALIVE_EVERY_MS = 10_000
const ALIVE_WITHIN_MS = 5000

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
  const { ca, cert, key } = tls ?? {}
  return new Etcd3({
    hosts: each.map((host) => `${scheme}://${host}`),
    // Without an authority of its own the client trusts those that Node trusts.
    ...(ca !== undefined && {
      credentials: {
        rootCertificate: Buffer.from(ca),
        ...(key !== undefined && { privateKey: Buffer.from(key) }),
        ...(cert !== undefined && { certChain: Buffer.from(cert) }),
      },
    }),
    ...(login && { auth: login }),
    // A host that swallows what is sent to it leaves time for the next one.
    defaultCallOptions: ({ isStream }) =>
      isStream ? {} : { deadline: Date.now() + timeoutMs / each.length },
    // Its own would refuse calls for five seconds after three failures, also when etcd is back.
    faultHandling: { host: () => policy(1), global: policy(each.length) },
    grpcOptions: {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': ALIVE_EVERY_MS,
      'grpc.keepalive_timeout_ms': ALIVE_WITHIN_MS,
      // Otherwise its channels, which all clients of a process share, wait up to two minutes.
      'grpc.max_reconnect_backoff_ms': 5000,
    },
  })
}

/**
 * Tries the next host only where none was reached: a write that was sent may have been made, and
 * sent again it would find itself in its way.
 */
function policy(tries: number): Policy {
  const execute = async <T>(work: (context: { signal: AbortSignal }) => T | Promise<T>) => {
    const { signal } = new AbortController()
    for (let failures = 1; ; failures++) {
      try {
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
