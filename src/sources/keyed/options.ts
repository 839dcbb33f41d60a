import {
  checkOptions,
  type OptionKinds,
  oneOf,
  TIMEOUT_MS,
  TRUE_OR_FALSE,
} from '../../core/options'
import type { Format } from '../../core/source'
import type { SessionSettings } from '../remote/endpoint'
import type { HttpOptions } from '../remote/http-options'
import { checkCache, SHARED_OPTIONS } from '../remote/options'
import { readBy, type TextOptions } from '../remote/reading'
import { FLEET, type FleetOptions } from './fleet'
import { formatOf } from './format'

/** The options of every source that reads a store of keys. */
export interface KeyedOptions
  extends
    Pick<HttpOptions, 'cache' | 'startup' | 'maxBackoffMs' | 'softLimitBytes' | 'hardLimitBytes'>,
    Pick<TextOptions, 'validate' | 'transform'> {
  /** Left out: by the ending of the key, otherwise by what the text begins with. */
  readonly format?: Format
  /** Whether to be notified of changes. Default true, where the store can. */
  readonly watch?: boolean
  /** How often to read though the store notifies: a notice may be lost. Default 60000. */
  readonly pollMs?: number
  /** How often to read while nothing notifies. Default 10000. */
  readonly unwatchedPollMs?: number
  /** How long one read may take. Default 10000. */
  readonly readTimeoutMs?: number
  /**
   * Takes part in stages: tries a generation before it is published, and acknowledges what it has in
   * force. Needs the right to write beside the live config. Default: reads, and says nothing.
   */
  readonly fleet?: FleetOptions
}

export const KEYED_OPTIONS = {
  cache: SHARED_OPTIONS.cache,
  startup: SHARED_OPTIONS.startup,
  maxBackoffMs: TIMEOUT_MS,
  softLimitBytes: SHARED_OPTIONS.softLimitBytes,
  hardLimitBytes: SHARED_OPTIONS.hardLimitBytes,
  validate: { fits: (value) => typeof value === 'function', wanted: 'a function' },
  transform: { fits: (value) => typeof value === 'function', wanted: 'a function' },
  format: oneOf(['yaml', 'json', 'ini']),
  watch: TRUE_OR_FALSE,
  pollMs: TIMEOUT_MS,
  unwatchedPollMs: TIMEOUT_MS,
  readTimeoutMs: TIMEOUT_MS,
  fleet: FLEET,
} satisfies OptionKinds<KeyedOptions>

export interface KeyedSettings extends SessionSettings {
  readonly hardLimitBytes: number
  readonly readTimeoutMs: number
  readonly watch: boolean
  readonly fleet?: FleetOptions
}

/** What `options` has of the options that `kinds` describes. */
export function pickOptions<Options extends object>(
  options: Options & object,
  kinds: OptionKinds<Options>,
): Options {
  const given = Object.entries(options).filter(
    ([name, value]) => Object.hasOwn(kinds, name) && value !== undefined,
  )
  // Each has the type that the options had under its name.
  return Object.fromEntries(given) as Options
}

const MIB = 1024 * 1024

/**
 * Fills in defaults.
 *
 * @param call what the application called
 * @param name of the store, without secrets
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on a value that is not valid
 */
export function readKeyedOptions(call: string, name: string, options: KeyedOptions): KeyedSettings {
  checkOptions<KeyedOptions>(call, options, KEYED_OPTIONS)
  const { pollMs = 60_000, unwatchedPollMs = 10_000, maxBackoffMs, format, cache } = options
  const read = readBy(options)
  const settings: KeyedSettings = {
    name,
    identity: name,
    format: format ?? 'yaml',
    read: (text) => ({
      content: () => {
        const content = read(text, name).content()
        return { ...content, format: format ?? formatOf(name, content.text) }
      },
    }),
    refreshMs: unwatchedPollMs,
    // A server that has just started takes connections, and answers a little later.
    firstRetryMs: Math.min(1000, unwatchedPollMs),
    streamingRefreshMs: pollMs,
    // A store answers sooner than a web server, and many edits in a second are seldom.
    leastPauseMs: 50,
    maxBackoffMs: maxBackoffMs ?? 60_000,
    softLimitBytes: options.softLimitBytes ?? 10 * MIB,
    hardLimitBytes: options.hardLimitBytes ?? 100 * MIB,
    readTimeoutMs: options.readTimeoutMs ?? 10_000,
    watch: options.watch ?? true,
    startup: options.startup ?? (cache === undefined ? 'fail' : 'cache'),
    ...(cache && { cache }),
    ...(options.fleet && { fleet: options.fleet }),
  }
  checkCache(call, settings)
  return settings
}
