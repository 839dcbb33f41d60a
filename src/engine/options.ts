import {
  ANYTHING,
  badOption,
  checkOptions,
  FUNCTION,
  isFunction,
  isObject,
  isText,
  numberFrom,
  objectWith,
  oneOf,
  type OptionKinds,
  SECRET,
  TRUE_OR_FALSE,
} from '../core/options'
import { isPromise } from '../core/guarded'
import type { CustomSelector } from '../core/custom-selector'
import type { EntryInForce } from '../core/entry-in-force'
import type { Compat } from '../core/selector'
import type { Source } from '../core/source'
import type { World } from '../core/world'
import { type Guards, NO_GUARDS } from '../live-config/guards'
import { file } from '../sources/file'
import { memory } from '../sources/memory'
import type { Exposure } from './exposure'
import type { FeatureMetrics } from './feature-metrics'
import type { OnUnknown } from './unknown-names'
import type { FeatureUsage } from './usage'

export interface FeaturesOptions {
  /**
   * Where the live config is: a path, a source, or several sources; a later source overrides an
   * earlier one feature by feature.
   */
  readonly source: string | Source | readonly (string | Source)[]
  /**
   * False: no source is opened and there are no features, so every read returns the default in your
   * code.
   */
  readonly enabled?: boolean
  /** `r2`: exact to r2, surprises included. Left out: liveflag's corrected semantics. */
  readonly compat?: Compat
  /**
   * Whether visitors who are not signed in take part in experiments, by their loid. Default true.
   */
  readonly loggedOutExperiments?: boolean
  /**
   * Receives each exposure once per request, feature and unit, and the entry that decided it, so
   * that a ledger can keep its text. What it throws is reported as a problem.
   */
  readonly onExposure?: (exposure: Exposure, entry?: EntryInForce) => unknown
  /**
   * Collects each request's exposures in `request.exposures`, for a browser to report. Default:
   * only with `onExposure`.
   */
  readonly deferExposures?: boolean
  /**
   * Receives each use of a feature once per request, user and value, the features that rules
   * require included.
   */
  readonly onUsage?: (usage: FeatureUsage) => unknown
  /**
   * Counts reads and fetches. Without it nothing is counted and no read pays for it. `promMetrics`
   * of liveflag/metrics makes one.
   */
  readonly onMetric?: FeatureMetrics
  /**
   * Return false to leave out the request's exposures; no answer changes. Called once per request.
   */
  readonly validExposureRequest?: (world: World) => boolean
  /**
   * Seals the exposures that pages report (see docs/browser.md): at least 32 characters, the same in
   * every process that serves pages or receives their exposures. Default: a random one, which other
   * processes do not have.
   */
  readonly exposureSecret?: string
  /** Default true; false, as in a script without requests, records every exposure anew. */
  readonly dedupeExposures?: boolean
  /** Default true. False: `?feature=` forces nothing for anyone, whatever the entries say. */
  readonly forceByUrl?: boolean
  /**
   * True waits at start for usable content, a number waits at most so many milliseconds. Default
   * false: no content is an error.
   */
  readonly waitForFile?: boolean | number
  /**
   * True rejects with LIVEFLAG_NO_CONFIG and every problem when an entry, or the newest content as
   * a whole, is refused at start. Default false: such an entry is off, or has its last good
   * version.
   */
  readonly strict?: boolean
  /** Limits on what a new content may remove; see Guards. */
  readonly guards?: Partial<Guards>
  /**
   * What a feature does whose newest text is refused: `hold` (default) keeps its last good version,
   * `off` switches it off, as r2 does.
   */
  readonly badEntry?: 'hold' | 'off'
  /**
   * What becomes of a question about a feature that is not there, which is off in any case. `warn`
   * (default): the problem `unknown-feature`, once for each name and with the nearest one, so that a
   * misspelt name is heard in production, too, and breaks nothing. `throw`: an error, for
   * development and tests. A function receives each name once. `ignore`: nothing. See
   * docs/cookbook.md.
   */
  readonly onUnknown?: OnUnknown
  /**
   * Selectors of the application: further keys that entries may have; see docs/selectors.md.
   * Default: none.
   */
  readonly selectors?: readonly CustomSelector[]
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** The options with every default filled in. */
export type Settled = Required<
  Omit<
    FeaturesOptions,
    'source' | 'enabled' | 'exposureSecret' | 'onExposure' | 'onUsage' | 'onMetric' | 'guards'
  >
> & {
  readonly sources: readonly Source[]
  readonly exposureSecret: string | undefined
  readonly onExposure: ((exposure: Exposure, entry?: EntryInForce) => unknown) | undefined
  readonly onUsage: ((usage: FeatureUsage) => unknown) | undefined
  readonly onMetric: FeatureMetrics | undefined
  readonly guards: Guards
}

const CALL = 'openFeatures'
const UNKNOWN = ['ignore', 'warn', 'throw'] as const

const VALUES: OptionKinds<FeaturesOptions> = {
  compat: oneOf(['liveflag', 'r2'], "'r2', or leave it out"),
  badEntry: oneOf(['hold', 'off'], "'hold' or 'off'"),
  strict: TRUE_OR_FALSE,
  onUnknown: {
    fits: (value) => isFunction(value) || UNKNOWN.some((one) => one === value),
    wanted: `'${UNKNOWN.join("', '")}' or a function`,
  },
  waitForFile: {
    fits: (value) => typeof value === 'boolean' || (typeof value === 'number' && value >= 0),
    wanted: 'true, false or milliseconds',
  },
  onMetric: {
    fits: (value) => isObject(value) && !isPromise(value),
    wanted: 'an object of functions, such as promMetrics().features',
  },
  enabled: TRUE_OR_FALSE,
  onExposure: FUNCTION,
  onUsage: FUNCTION,
  validExposureRequest: FUNCTION,
  now: FUNCTION,
  loggedOutExperiments: TRUE_OR_FALSE,
  deferExposures: TRUE_OR_FALSE,
  dedupeExposures: TRUE_OR_FALSE,
  exposureSecret: SECRET,
  forceByUrl: TRUE_OR_FALSE,
  source: ANYTHING,
  guards: ANYTHING,
  selectors: ANYTHING,
}

const GUARDS: OptionKinds<Guards> = {
  allowEmpty: TRUE_OR_FALSE,
  maxRemoved: numberFrom(0, 1, 'a share from 0 to 1'),
  endMarker: {
    fits: (value) => isText(value) && value.trim() !== '',
    wanted: 'the last line of every text',
  },
}

const SOURCE = objectWith(['open'], 'a path, or a source such as file(path) or memory(text)')

/** Fills in defaults; throws LIVEFLAG_BAD_OPTION on a value that is not valid. */
export function readOptions(options: FeaturesOptions): Settled {
  if (!isObject(options))
    throw badOption(CALL, 'the first argument', options, 'an object with at least a source')
  checkOptions(CALL, options, VALUES)
  const { enabled = true, source, guards } = options
  return {
    sources: enabled ? readSources(source) : [memory('{}', { format: 'json' })],
    compat: options.compat ?? 'liveflag',
    badEntry: options.badEntry ?? 'hold',
    waitForFile: options.waitForFile ?? false,
    strict: options.strict ?? false,
    loggedOutExperiments: options.loggedOutExperiments ?? true,
    exposureSecret: options.exposureSecret,
    onExposure: options.onExposure,
    onUsage: options.onUsage,
    onMetric: options.onMetric,
    deferExposures: options.deferExposures ?? false,
    validExposureRequest: options.validExposureRequest ?? (() => true),
    dedupeExposures: options.dedupeExposures ?? true,
    forceByUrl: options.forceByUrl ?? true,
    guards: readGuards(guards),
    selectors: options.selectors ?? [],
    // Without a live config, every name is unknown.
    onUnknown: enabled ? (options.onUnknown ?? 'warn') : 'ignore',
    now: withFallback(options.now ?? Date.now),
  }
}

/** A clock that throws must not stop what only reads the time for a date. */
function withFallback(now: () => number): () => number {
  return () => {
    try {
      return now()
    } catch {
      return Date.now()
    }
  }
}

function readGuards(guards: Partial<Guards> = {}): Guards {
  if (!isObject(guards))
    throw badOption(CALL, 'guards', guards, `an object with ${Object.keys(GUARDS).join(', ')}`)
  checkOptions<object>(`${CALL}: guards`, guards, GUARDS)
  const { allowEmpty = NO_GUARDS.allowEmpty, maxRemoved = NO_GUARDS.maxRemoved, endMarker } = guards
  return { allowEmpty, maxRemoved, endMarker }
}

const isList = (source: FeaturesOptions['source']): source is readonly (string | Source)[] =>
  Array.isArray(source)

function readSources(given: FeaturesOptions['source']): readonly Source[] {
  const list = isList(given) ? given : [given]
  if (list.length === 0) throw badOption(CALL, 'source', list, 'at least one path or source')
  return list.map((source) => {
    if (typeof source === 'string') return file(source)
    if (!SOURCE.fits(source)) throw badOption(CALL, 'source', source, SOURCE.wanted)
    return source
  })
}
