import type { IncomingMessage } from 'node:http'
import type { Writable } from 'node:stream'
import type { Registry } from 'prom-client'
import {
  badOption,
  checkOptions,
  FUNCTION,
  isObject,
  type OptionKind,
  objectWith,
} from '../core/options'
import type { Decider } from '../decide/decider'
import type { Features } from '../engine/features'
import { gatesSource } from './admin/gates/gates-option'
import type { Evaluations } from './evaluations'
import type { OfrepOptions } from './ofrep/options'
import type { ServerLog } from './route'
import type { Principal } from './principal'
import { type Settings, SETTINGS } from './settings'

/** Who a request is from; null refuses it. */
export type Authenticate = (
  request: IncomingMessage,
) => Principal | null | Promise<Principal | null>

/**
 * Everything may be left out. Without tokens, and without `open` or `authenticate`, only this machine
 * is answered.
 */
export interface ServerOptions extends Partial<Settings> {
  /** Who a request is from, in place of tokens. What it throws is answered by 500. */
  readonly authenticate?: Authenticate
  /** Answers `/decide`; it stays open. Default: one that is made over `db`. */
  readonly decider?: Decider
  /** Which protocols are answered, by their names. Default all. */
  readonly protocols?: readonly string[]
  readonly ofrep?: OfrepOptions
  /**
   * What `/metrics` shows. Default: a registry of its own, which has what this server counts. With a
   * registry of yours, `promMetrics` counts into it what you hand it.
   */
  readonly registry?: Registry | undefined
  /** Called for each answer; `route` is a pattern. `promMetrics().server.answered` counts them. */
  readonly onAnswer?: (route: string, status: number, seconds: number) => void
  /** Default: pino, one JSON object a line to `logTo`. */
  readonly log?: ServerLog
  /** Where the log goes. Default stderr. */
  readonly logTo?: Writable
  /**
   * What the dashboard shows of evaluations. Default: what clients of this server ask. Give the one that
   * is `onMetric` of the features to see what the application asks, too.
   */
  readonly evaluations?: Evaluations
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** The options with every default filled in. */
export interface Settled extends Settings {
  readonly authenticate: Authenticate | undefined
  readonly decider: Decider | undefined
  readonly protocols: readonly string[] | undefined
  readonly ofrep: OfrepOptions
  readonly registry: Registry | undefined
  readonly onAnswer: ServerOptions['onAnswer']
  readonly evaluations: Evaluations | undefined
  readonly log: ServerLog | undefined
  readonly logTo: Writable
  readonly now: () => number
}

const OBJECT: OptionKind = { fits: isObject, wanted: 'an object' }

const KINDS: Readonly<Record<string, OptionKind>> = {
  ...Object.fromEntries(Object.entries(SETTINGS).map(([name, { kind }]) => [name, kind])),
  authenticate: FUNCTION,
  decider: objectWith(['decideAll', 'convertAll'], 'what createDecider returned'),
  protocols: {
    fits: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    wanted: 'a list of names, such as ["ofrep"]',
  },
  ofrep: OBJECT,
  registry: objectWith(['metrics'], 'a Registry of prom-client'),
  onAnswer: FUNCTION,
  log: objectWith(['info', 'warn', 'error'], 'an object with info, warn and error'),
  logTo: objectWith(['write'], 'a writable stream'),
  evaluations: objectWith(['count'], 'an Evaluations'),
  now: FUNCTION,
}

const USUAL = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, { usual }]) => [name, usual]),
) as { [Name in keyof Settings]: Settings[Name] }

/** Throws LIVEFLAG_BAD_OPTION on an option that is unknown or not valid. */
export function settleOptions(call: string, features: Features, options: ServerOptions): Settled {
  if (!(isObject(features) && 'decide' in features))
    throw badOption(call, 'the first argument', features, 'what openFeatures resolved to')
  if (!isObject(options)) throw badOption(call, 'options', options, 'an object')
  checkOptions<object>(call, options, KINDS)
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as ServerOptions
  if (given.approvals === true && (given.db ?? USUAL.db) === ':memory:')
    throw badOption(
      call,
      'approvals',
      true,
      'a file as db, too: proposals are to outlive the process',
    )
  return {
    authenticate: undefined,
    decider: undefined,
    protocols: undefined,
    ofrep: {},
    registry: undefined,
    onAnswer: undefined,
    evaluations: undefined,
    log: undefined,
    logTo: process.stderr,
    now: () => features.now(),
    ...USUAL,
    ...given,
    gatesInto: gatesSource(call, features, given),
  }
}
