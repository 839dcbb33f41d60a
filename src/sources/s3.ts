import type { S3ClientConfig } from '@aws-sdk/client-s3'
import {
  badOption,
  checkOptions,
  isObject,
  type OptionKind,
  TEXT,
  TIMEOUT_MS,
  TRUE_OR_FALSE,
} from '../core/options'
import type { Source } from '../core/source'
import type { KeyStore } from './key-store'
import type { KeyedOptions } from './keyed/options'
import { QUERY_TEXT, readStoreUrl } from './store-url'
import { S3KeyStore } from './stores/s3'
import type { S3Settings } from './stores/s3-client'
import { storeSource } from './stores/store-source'
import { type StoreTls, TLS, TLS_QUERY, tlsOfQuery } from './stores/tls'

export type { StoreTls } from './stores/tls'

export interface S3StoreOptions {
  /** Default: of the URL, or what the AWS SDK finds. */
  readonly region?: string
  /** Of a server that is not AWS, as a URL. Default: of the URL. */
  readonly endpoint?: string
  /** The bucket is a part of the path, not of the host's name. Default: with an endpoint. */
  readonly pathStyle?: boolean
  /** Certificates, or `true` for those that Node trusts. Default: as the URL says. */
  readonly tls?: StoreTls | true
  /** More options of the AWS SDK's client, such as `credentials`. */
  readonly client?: S3ClientConfig
  /** How long a call may take. Default 10 000. */
  readonly timeoutMs?: number
}

const EXAMPLE = 's3://BUCKET/live.yaml?region=eu-central-1'
const CLIENT: OptionKind = {
  fits: isObject,
  wanted: "an object with options of the AWS SDK's S3Client",
}
/** S3-compatible servers care for no region; a signature has one. */
const ANY_REGION = 'us-east-1'

const KINDS = {
  region: TEXT,
  endpoint: TEXT,
  pathStyle: TRUE_OR_FALSE,
  tls: TLS,
  client: CLIENT,
  timeoutMs: TIMEOUT_MS,
}
const QUERY = { ...TLS_QUERY, region: QUERY_TEXT, endpoint: QUERY_TEXT }

/** Options of the source: its store's, and those of every source that reads a store. */
export interface S3SourceOptions extends S3StoreOptions, KeyedOptions {}

/**
 * A live config in S3, or a store like it, which is asked every `unwatchedPollMs`; see
 * docs/key-stores.md.
 *
 * @example
 * const source = s3('s3://my-bucket/live.yaml?region=eu-central-1', { unwatchedPollMs: 1000 })
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export const s3 = (url: string, options: S3SourceOptions = {}): Source =>
  storeSource<S3StoreOptions>('s3', options, KINDS, (own) => open('s3', url, own))

/**
 * The keys of one live config in S3, or a store like it: its text is the object of the URL, and what
 * liveflag keeps beside it are objects of the same name with `.liveflag/`.
 *
 * @example
 * const store = s3KeyStore('s3://my-bucket/live.yaml?region=eu-central-1')
 * const stored = await store.get('')
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION, LIVEFLAG_MISSING_PACKAGE
 */
export function s3KeyStore(url: string, options: S3StoreOptions = {}): KeyStore {
  checkOptions('s3KeyStore', options, KINDS)
  return open('s3KeyStore', url, options)
}

const open = (call: string, url: string, options: S3StoreOptions): KeyStore =>
  new S3KeyStore(settingsOf(call, url, options))

function settingsOf(call: string, url: string, options: S3StoreOptions): S3Settings {
  const { hosts, path, query, shown } = readStoreUrl(call, url, ['s3'], EXAMPLE, QUERY)
  const bucket = hosts[0]?.host
  const key = path.slice(1)
  if (bucket === undefined || key === '' || key.endsWith('/'))
    throw badOption(call, 'the URL', shown, `one of a bucket and an object, such as ${EXAMPLE}`)
  const endpoint = options.endpoint ?? query.get('endpoint') ?? undefined
  checkEndpoint(call, endpoint)
  const region =
    options.region ?? query.get('region') ?? (endpoint === undefined ? undefined : ANY_REGION)
  const tls = options.tls ?? tlsOfQuery(call, query)
  return {
    name: shown,
    bucket,
    key,
    call,
    timeoutMs: options.timeoutMs ?? 10_000,
    isPathStyle: options.pathStyle ?? endpoint !== undefined,
    client: options.client ?? {},
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(tls && tls !== true && { tls }),
  }
}

/** The SDK pays no heed to a login there, and shows the URL when it fails. */
function checkEndpoint(call: string, endpoint: string | undefined): void {
  if (endpoint === undefined) return
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (/^https?:$/.test(url?.protocol ?? '') && !endpoint.includes('@')) return
  const wanted = 'an http or https URL without user and password; credentials are given otherwise'
  throw badOption(call, 'endpoint', endpoint.includes('@') ? '…' : endpoint, wanted)
}
