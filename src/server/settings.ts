import {
  LONGEST_TIMER_MS,
  numberFrom,
  oneOf,
  type OptionKind,
  SECRET_OR_EMPTY,
  TEXT,
  TIMEOUT_MS,
  TRUE_OR_FALSE,
  wholeNumberFrom,
} from '../core/options'
import type { Role } from './admin/contract'
import { isNetwork } from './auth/proxy-user'
import { ROLES } from './roles'

/** The settings of a server: by options, flags, the environment or a file. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly prefix: string
  readonly db: string
  readonly records: string
  readonly open: boolean
  readonly environment: string
  readonly cors: readonly string[]
  readonly corsHeaders: readonly string[]
  readonly rateLimit: number
  readonly rateBurst: number
  readonly trustProxy: number
  readonly staleGraceMs: number
  readonly shutdownMs: number
  readonly secret: string
  readonly exposureSecret: string
  readonly bodyBytes: number
  readonly depth: number
  readonly contextKeys: number
  readonly batch: number
  readonly streams: number
  readonly streamsPerToken: number
  readonly connections: number
  readonly headerBytes: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly flagSetId: string
  readonly spreadMs: number
  readonly encryptionKey: string
  readonly sessionIdleMs: number
  readonly trustedUserHeader: string
  readonly trustedUserRole: Role
  readonly trustedProxies: readonly string[]
  readonly approvals: boolean
  readonly gatesInto: string
  readonly gatesEveryMs: number
  readonly usage: string
  readonly logLevel: string
}

export interface Setting<Value = unknown> {
  readonly usual: Value
  readonly kind: OptionKind
  /** For `--help`. */
  readonly description: string
}

const LIST: OptionKind = {
  fits: (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== ''),
  wanted: 'a list of texts',
}
const PREFIX: OptionKind = {
  fits: (value) => typeof value === 'string' && /^(?:\/[\w.~-]+)*$/.test(value),
  wanted: 'a path such as /flags, without a slash at its end',
}
const PORT: OptionKind = {
  fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
  wanted: 'a whole number from 0 to 65535; 0 is any free port',
}
const HEADER: OptionKind = {
  fits: (value) => typeof value === 'string' && /^[\w-]*$/.test(value),
  wanted: 'the name of a header, such as X-Forwarded-User',
}
const NETWORKS: OptionKind = {
  fits: (value) =>
    Array.isArray(value) &&
    value.every((network) => typeof network === 'string' && isNetwork(network)),
  wanted: 'a list of addresses and networks, such as 10.0.0.0/8',
}
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** Every setting, in the order of the help. */
export const SETTINGS: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  host: { usual: '127.0.0.1', kind: TEXT, description: 'the address to listen on' },
  port: { usual: 3000, kind: PORT, description: 'the port; 0 is any free one' },
  prefix: { usual: '', kind: PREFIX, description: 'a path before every other: /flags' },
  db: {
    usual: ':memory:',
    kind: TEXT,
    description:
      'the SQLite file of tokens, decisions and events; :memory: is no file, and forgets old ones',
  },
  records: {
    usual: '',
    kind: TEXT,
    description:
      'where decisions and events are stored, if not in db: a SQLite file, or the URL of a PostgreSQL database that several servers share',
  },
  open: {
    usual: false,
    kind: TRUE_OR_FALSE,
    description: 'answer anybody on any address while there is no token',
  },
  environment: {
    usual: '',
    kind: TEXT,
    description: 'its name; tokens of another environment are refused',
  },
  cors: {
    usual: [],
    kind: LIST,
    description: 'origins of browser pages that may ask, such as https://shop.example; * is all',
  },
  corsHeaders: { usual: [], kind: LIST, description: 'further headers that pages may send' },
  rateLimit: {
    usual: 0,
    kind: numberFrom(0),
    description: 'requests a second of one token, or of one address without token; 0 is any',
  },
  rateBurst: {
    usual: 0,
    kind: wholeNumberFrom(0),
    description: 'requests at once before that counts; 0 is twice the rate',
  },
  trustProxy: {
    usual: 0,
    kind: wholeNumberFrom(0),
    description: 'proxies in front whose X-Forwarded-For is believed',
  },
  staleGraceMs: {
    usual: 60_000,
    kind: numberFrom(0, LONGEST_TIMER_MS),
    description: 'milliseconds that a source may fail before /readyz is 503',
  },
  shutdownMs: {
    usual: 10_000,
    kind: TIMEOUT_MS,
    description: 'milliseconds that requests have left when the server ends',
  },
  secret: {
    usual: '',
    kind: TEXT,
    description: 'signs addresses of streams; give several servers the same one',
  },
  exposureSecret: {
    usual: '',
    kind: SECRET_OR_EMPTY,
    description: 'opens the exposures that pages report; the same one where pages are served',
  },
  bodyBytes: { usual: 1 << 20, kind: wholeNumberFrom(1), description: 'the largest body' },
  depth: { usual: 32, kind: wholeNumberFrom(1), description: 'how deep a context may be nested' },
  contextKeys: { usual: 1000, kind: wholeNumberFrom(1), description: 'members of a context' },
  batch: { usual: 1000, kind: wholeNumberFrom(1), description: 'flags or events of one request' },
  streams: { usual: 10_000, kind: wholeNumberFrom(0), description: 'open streams in all' },
  streamsPerToken: {
    usual: 1000,
    kind: wholeNumberFrom(1),
    description:
      'open streams of one token, or of one address without token; its oldest is closed for a new one',
  },
  connections: { usual: 20_000, kind: wholeNumberFrom(1), description: 'open connections' },
  headerBytes: { usual: 16_384, kind: wholeNumberFrom(1024), description: 'the largest headers' },
  headersTimeoutMs: {
    usual: 10_000,
    kind: TIMEOUT_MS,
    description: 'milliseconds that headers may take to arrive',
  },
  requestTimeoutMs: {
    usual: 30_000,
    kind: TIMEOUT_MS,
    description: 'milliseconds that a whole request may take to arrive',
  },
  idleTimeoutMs: {
    usual: 120_000,
    kind: TIMEOUT_MS,
    description: 'milliseconds after which a silent connection is closed',
  },
  flagSetId: { usual: 'liveflag', kind: TEXT, description: 'flagSetId of OFREP answers' },
  spreadMs: {
    usual: 0,
    kind: numberFrom(0, 3_600_000),
    description: 'milliseconds over which streams are notified of a change',
  },
  encryptionKey: {
    usual: '',
    kind: TEXT,
    description: "encrypts the payloads of GrowthBook's SDKs: 16 bytes in base64",
  },
  sessionIdleMs: {
    usual: 8 * 3_600_000,
    kind: numberFrom(1000, LONGEST_TIMER_MS),
    description: 'milliseconds after which somebody who does nothing is signed out',
  },
  trustedUserHeader: {
    usual: '',
    kind: HEADER,
    description: 'a header in which a trusted proxy names who is signed in; empty believes none',
  },
  trustedUserRole: {
    usual: 'viewer',
    kind: oneOf(ROLES),
    description: 'what such people may do: viewer, editor, approver or admin',
  },
  trustedProxies: {
    usual: ['127.0.0.1', '::1'],
    kind: NETWORKS,
    description: 'addresses and networks of the proxies whose header is believed',
  },
  approvals: {
    usual: false,
    kind: TRUE_OR_FALSE,
    description:
      'edits of the live config become proposals, which another person approves; needs db',
  },
  gatesInto: {
    usual: '',
    kind: TEXT,
    description:
      'the source, such as the file gates.yaml, that what becomes of the gates of ramps is written into; empty judges none',
  },
  gatesEveryMs: {
    usual: 300_000,
    kind: numberFrom(1000, LONGEST_TIMER_MS),
    description: 'milliseconds between two judgements of the gates of ramps',
  },
  usage: {
    usual: '',
    kind: TEXT,
    description: 'the report of liveflag usage, for the places in the code that ask for a feature',
  },
  logLevel: {
    usual: 'info',
    kind: oneOf(LEVELS),
    description: 'of the log: trace, debug, info, warn, error, fatal or silent',
  },
}
