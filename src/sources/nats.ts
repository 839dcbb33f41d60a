import { badOption, checkOptions, TEXT, TIMEOUT_MS, wholeNumberFrom } from '../core/options'
import type { Source } from '../core/source'
import type { KeyStore } from './key-store'
import type { KeyedOptions } from './keyed/options'
import { addressOf, QUERY_TEXT, readStoreUrl } from './store-url'
import { type NatsKeys, NatsKeyStore } from './stores/nats'
import { storeSource } from './stores/store-source'
import { type StoreTls, TLS, TLS_QUERY, tlsOfQuery } from './stores/tls'

export type { StoreTls } from './stores/tls'

export interface NatsStoreOptions {
  /** The path of a file of credentials, as `nsc` writes it. Default: `creds` of the URL. */
  readonly creds?: string
  /** Certificates, or `true` for those that Node trusts. Default: as the URL says. */
  readonly tls?: StoreTls | true
  /** How many servers of a cluster hold a bucket that is made. Default: of the URL, or 1. */
  readonly replicas?: number
  /** How long a call may take. Default 5000. */
  readonly timeoutMs?: number
}

const EXAMPLE = 'nats://user:password@host:4222,other:4222/BUCKET/live'

const REPLICAS = wholeNumberFrom(1)

const KINDS = { creds: TEXT, tls: TLS, replicas: REPLICAS, timeoutMs: TIMEOUT_MS }
const QUERY = { ...TLS_QUERY, creds: QUERY_TEXT, replicas: QUERY_TEXT }

/** Options of the source: its store's, and those of every source that reads a store. */
export interface NatsSourceOptions extends NatsStoreOptions, KeyedOptions {}

/**
 * A live config in a bucket of NATS. A change is in force at once; see docs/key-stores.md.
 *
 * @example
 * const source = nats('nats://localhost:4222/flags/live', { cache: { path: '/var/cache/my-app/live.json' } })
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export const nats = (url: string, options: NatsSourceOptions = {}): Source =>
  storeSource<NatsStoreOptions>('nats', options, KINDS, (own) => open('nats', url, own))

/**
 * The keys of one live config in a bucket of NATS: its text under the key that the URL names, and
 * what liveflag keeps beside it under keys that begin with it and a dot. The bucket is made by the
 * first who writes.
 *
 * @example
 * const store = natsKeyStore('nats://localhost:4222/flags/live')
 * const stored = await store.get('')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function natsKeyStore(url: string, options: NatsStoreOptions = {}): KeyStore {
  checkOptions('natsKeyStore', options, KINDS)
  return open('natsKeyStore', url, options)
}

const open = (call: string, url: string, options: NatsStoreOptions): KeyStore =>
  new NatsKeyStore(settingsOf(call, url, options))

function settingsOf(call: string, url: string, options: NatsStoreOptions): NatsKeys {
  const read = readStoreUrl(call, url, ['nats'], EXAMPLE, QUERY)
  const { hosts, path, query, shown, ...login } = read
  const [, bucket, key] = /^\/([\w-]+)\/([\w=-]+(?:\.[\w=-]+)*)$/.exec(path) ?? []
  if (bucket === undefined || key === undefined)
    throw badOption(call, 'the path', path, `a bucket and a key, as in ${EXAMPLE}`)
  const { timeoutMs = 5000, replicas = replicasOf(call, query.get('replicas')) } = options
  const tls = options.tls ?? tlsOfQuery(call, query)
  const creds = options.creds ?? query.get('creds')
  const at = hosts.length > 0 ? hosts : [{ host: '127.0.0.1' }]
  return {
    name: shown,
    bucket,
    key,
    hosts: at.map((host) => addressOf(host, 4222)),
    call,
    timeoutMs,
    replicas,
    ...loginOf(login),
    ...(creds !== null && { creds }),
    ...(tls && { tls: tls === true ? {} : tls }),
  }
}

function replicasOf(call: string, text: string | null): number {
  const replicas = Number(text ?? 1)
  if (REPLICAS.fits(replicas)) return replicas
  throw badOption(call, 'replicas in the URL', text, REPLICAS.wanted)
}

/** As NATS has it: what stands alone before the host is a token. */
function loginOf({
  user,
  password,
}: {
  user?: string
  password?: string
}): Pick<NatsKeys, 'login'> {
  if (user === undefined) return {}
  return { login: password === undefined ? { token: user } : { user, pass: password } }
}
