import { shown as asText, LiveflagError } from '../core/errors'
import type { Compat } from '../core/selector'
import type { Source } from '../core/source'
import type { World } from '../core/world'
import { type Guards, NO_GUARDS } from '../live-config/guards'
import { file } from '../sources/file'
import { memory } from '../sources/memory'
import type { MemoOptions } from './bucket-memo'
import type { Exposure } from './exposure'
import type { FeatureMetrics } from './feature-metrics'
import type { FeatureUsage } from './usage'

export interface FeaturesOptions {
  /** Where the live config is: a path, a source, or several sources, the later in force where two have a feature. */
  readonly source: string | Source | readonly (string | Source)[]
  /** False: no source is looked at and there are no features, so that every read gives the default in your code. */
  readonly enabled?: boolean
  /** `r2`: exact to r2, surprises included. Left out: liveflag's corrected semantics. */
  readonly compat?: Compat
  /** Whether visitors who are not signed in take part in experiments, by their loid. Default true. */
  readonly loggedOutExperiments?: boolean
  /** Told each exposure once per request, feature and unit; what it throws is reported as a problem. */
  readonly onExposure?: (exposure: Exposure) => unknown
  /** Keeps each request's exposures in `request.exposures`, for a browser to report; default: only with `onExposure`. */
  readonly deferExposures?: boolean
  /** Told each use of a feature once per request, user and value, features that rules require included. */
  readonly onUsage?: (usage: FeatureUsage) => unknown
  /** Counts reads and fetches; left out, nothing is counted and no read pays for it. `promMetrics` of liveflag/metrics gives one. */
  readonly onMetric?: FeatureMetrics
  /** False keeps the request's exposures from being recorded, and changes no answer. Asked once per request. */
  readonly validExposureRequest?: (world: World) => boolean
  /** Default true; false, as in a script without requests, records every exposure anew. */
  readonly dedupeExposures?: boolean
  /** Default true; false takes `?feature=` away from everyone, whatever the entries say. */
  readonly forceByUrl?: boolean
  /** True waits for a usable content at start, a number at most so many milliseconds. Default false: no content is an error. */
  readonly waitForFile?: boolean | number
  /** What a new content may take away; see Guards. */
  readonly guards?: Partial<Guards>
  /** A feature whose newest text is refused holds its last good version (`hold`, the default) or is off (`off`, r2's way). */
  readonly badEntry?: 'hold' | 'off'
  /** How many units' buckets are remembered. */
  readonly memo?: MemoOptions
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** The options with every default filled in. */
export type Settled = Required<
  Omit<FeaturesOptions, 'source' | 'enabled' | 'onExposure' | 'onUsage' | 'onMetric' | 'guards'>
> & {
  readonly sources: readonly Source[]
  readonly onExposure: ((exposure: Exposure) => unknown) | undefined
  readonly onUsage: ((usage: FeatureUsage) => unknown) | undefined
  readonly onMetric: FeatureMetrics | undefined
  readonly guards: Guards
}

/** Fills in defaults; throws LIVEFLAG_BAD_OPTION on what cannot be meant. */
export function readOptions(options: FeaturesOptions): Settled {
  expect(
    typeof options === 'object' && options !== null,
    `the options are ${shown(options)}; give an object with at least a source`,
  )
  const { compat = 'liveflag', badEntry = 'hold', waitForFile = false } = options
  expect(
    compat === 'liveflag' || compat === 'r2',
    `compat is ${shown(compat)}; leave it out, or write 'r2'`,
  )
  expect(
    badEntry === 'hold' || badEntry === 'off',
    `badEntry is ${shown(badEntry)}; write 'hold' or 'off'`,
  )
  expect(
    typeof waitForFile === 'boolean' || (typeof waitForFile === 'number' && waitForFile >= 0),
    `waitForFile is ${shown(waitForFile)}; write true, false or milliseconds`,
  )
  expect(
    options.onMetric === undefined ||
      (typeof options.onMetric === 'object' && options.onMetric !== null),
    `onMetric is ${shown(options.onMetric)}; give an object of functions, such as promMetrics().features`,
  )
  expect(
    options.enabled === undefined || typeof options.enabled === 'boolean',
    `enabled is ${shown(options.enabled)}; write true or false`,
  )
  for (const name of FUNCTIONS) {
    expect(
      options[name] === undefined || typeof options[name] === 'function',
      `${name} is ${shown(options[name])}; give a function`,
    )
  }
  return {
    sources:
      options.enabled === false ? [memory('{}', { format: 'json' })] : readSources(options.source),
    compat,
    badEntry,
    waitForFile,
    loggedOutExperiments: options.loggedOutExperiments ?? true,
    onExposure: options.onExposure,
    onUsage: options.onUsage,
    onMetric: options.onMetric,
    deferExposures: options.deferExposures ?? false,
    validExposureRequest: options.validExposureRequest ?? (() => true),
    dedupeExposures: options.dedupeExposures ?? true,
    forceByUrl: options.forceByUrl ?? true,
    guards: readGuards(options.guards),
    memo: readMemo(options.memo),
    now: safeClock(options.now ?? Date.now),
  }
}

/** A clock that fails does not stop what it only dates. */
function safeClock(now: () => number): () => number {
  return () => {
    try {
      return now()
    } catch {
      return Date.now()
    }
  }
}

const FUNCTIONS = ['onExposure', 'onUsage', 'validExposureRequest', 'now'] as const

const GUARDS: readonly string[] = [
  'allowEmpty',
  'maxRemoved',
  'endMarker',
] satisfies readonly (keyof Guards)[]

function readGuards(given: Partial<Guards> = {}): Guards {
  expect(
    typeof given === 'object' && given !== null,
    `guards is ${shown(given)}; give an object with ${GUARDS.join(', ')}`,
  )
  for (const name of Object.keys(given))
    expect(GUARDS.includes(name), `there is no guard ${name}; there are ${GUARDS.join(', ')}`)
  const { allowEmpty = NO_GUARDS.allowEmpty, maxRemoved = NO_GUARDS.maxRemoved, endMarker } = given
  expect(
    typeof allowEmpty === 'boolean',
    `guards.allowEmpty is ${shown(allowEmpty)}; write true or false`,
  )
  expect(
    typeof maxRemoved === 'number' && maxRemoved >= 0 && maxRemoved <= 1,
    `guards.maxRemoved is ${shown(maxRemoved)}; write a share from 0 to 1`,
  )
  expect(
    endMarker === undefined || (typeof endMarker === 'string' && endMarker.trim() !== ''),
    `guards.endMarker is ${shown(endMarker)}; write the last line of every text`,
  )
  return { allowEmpty, maxRemoved, endMarker }
}

function readMemo(given: MemoOptions = {}): MemoOptions {
  const { units } = given
  expect(
    units === undefined || (Number.isSafeInteger(units) && units > 0),
    `memo.units is ${shown(units)}; write a whole number above 0`,
  )
  return given
}

function readSources(given: FeaturesOptions['source']): readonly Source[] {
  const list = Array.isArray(given)
    ? (given as readonly (string | Source)[])
    : [given as string | Source]
  expect(list.length > 0, 'source is an empty list; give at least one path or source')
  return list.map((source) => {
    if (typeof source === 'string') return file(source)
    expect(
      typeof source?.open === 'function',
      `source is ${shown(source)}; give a path, or a source such as file(path) or memory(text)`,
    )
    return source
  })
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : asText(value)

function expect(holds: boolean, message: string): void {
  if (!holds) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `openFeatures: ${message}`)
}
