import type { EntryInForce } from '../core/entry-in-force'
import type { Admission } from '../experiments/allocation'
import type { FeatureName } from '../core/feature-types'
import type { CustomSelector } from '../core/custom-selector'
import type { DefinitionInForce, Metadata } from '../core/feature'
import type { ExperimentInfo } from '../core/participation'
import type { World } from '../core/world'
import type { KeyStore } from '../sources/key-store'
import type { Described } from './described'
import type { SealedExposure } from './exposure-seal'
import type { Events, Listen } from './events'
import type { Questions } from './questions'
import type { RequestOptions } from './request-context'
import type { Content, SnapshotInfo } from './snapshot-info'
import type { Trial } from './trial'

/** A live config in force. `openFeatures` makes one; `close` ends its watches. */
export interface Features extends Questions {
  /**
   * One request. All its questions see this World and one snapshot, and each Decision is made once.
   */
  for(world: World, options?: RequestOptions): Questions
  /**
   * One of many visitors that a long-lived caller asks about, such as a service. Unlike `for`, an
   * exposure is recorded once for each unit while the snapshot is in force, however often the unit
   * is asked about.
   *
   * @example features.about(worldOf({ user: { id: 't2_beef' } })).isEnabled('search_v2')
   */
  about(world: World): Questions
  /**
   * Runs `fn` with `world` as the ambient request, across await too; `features.isEnabled(name)`
   * inside asks about it.
   */
  run<T>(world: World, fn: (request: Questions) => T, options?: RequestOptions): T
  /**
   * Questions of code that has no user: unconditional rules apply, rollouts and experiments do not.
   */
  readonly global: Questions
  /** Which content is in force now. Cheaper than `snapshot`. */
  readonly content: Content
  /** What is in force now, and all problems. */
  readonly snapshot: SnapshotInfo
  /** The experiments with a life that are in force now, by feature. */
  readonly experiments: ReadonlyMap<string, ExperimentInfo>
  /**
   * Lets somebody else say which experiments with a life a visitor may be in, as a decider does of
   * whom it knows. The last one counts. Returns what ends it.
   */
  admitBy(of: (visitor: string) => Admission | undefined): () => void
  /** The selectors of the application, as `openFeatures` got them: for `liveConfigSchema`. */
  readonly selectors: readonly CustomSelector[]
  /** The clock in use, in milliseconds since 1970: experiments start and end by it. */
  now(): number
  /**
   * SHA-256 of a feature's entry without comments and layout, hex: it changes with every edit that
   * could change an answer. Undefined when the feature is not in force.
   */
  revision(name: FeatureName): string | undefined
  /** What records of a feature's answers keep of its entry. Undefined when it is not in force. */
  entryOf(name: FeatureName): EntryInForce | undefined
  /**
   * The entry's `owner`, `expires` and keys that begin with `x-`. Undefined when the feature is not
   * in force.
   */
  metadata(name: FeatureName): Metadata | undefined
  /**
   * A feature's entry as it was written, for whoever writes it in another language. Undefined
   * without one in force.
   */
  definition(name: FeatureName): DefinitionInForce | undefined
  /** A feature as its newest text has it, refused or not, for people. Undefined without one. */
  describe(name: FeatureName): Described | undefined
  /**
   * What the live config would be with another text in the place of one of `snapshot.sources`. The
   * text is judged by the rules of this live config: the source's format and decryption, `compat`,
   * selectors, guards; and joined with the present texts of the other sources. Nothing is installed,
   * no event is emitted.
   *
   * @param source the name of a source, or the path of a file of a directory
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when there is no such text
   * @example
   * const trial = await features.trial('config/live.yaml', 'feature_search_v2: on')
   * trial.snapshot.problems // [] when it is good, and all others are
   * trial.for(worldOf()).isEnabled('search_v2') // true
   */
  trial(source: string, text: string): Promise<Trial>
  /**
   * The store that one of `snapshot.sources` reads, for whoever publishes an edit there. Undefined of
   * any other source, and of one that transforms what it reads. It is closed with the features.
   */
  store(source: string): KeyStore | undefined
  /**
   * The attributes by which the experiments in force store sticky assignments, sorted: load their
   * documents before a request.
   */
  readonly stickyAttributes: readonly string[]
  /**
   * Records what browsers report of their bootstraps; `onExposure` receives it, once for each unit
   * while the snapshot is in force. What was not sealed here, or with the same `exposureSecret`,
   * within a day counts as nothing. Returns how many were right.
   *
   * @param tokens the `exposure` of features of a bootstrap
   */
  recordExposures(tokens: readonly unknown[]): number
  /** The exposures that such a token has; undefined of any other text. Records nothing. */
  openExposure(token: string): readonly SealedExposure[] | undefined
  on<K extends keyof Events>(event: K, listener: Listen<K>): this
  off<K extends keyof Events>(event: K, listener: Listen<K>): this
  /**
   * Checks the sources now instead of waiting for their watches; resolves when what they have is in
   * force or refused.
   */
  reload(): Promise<SnapshotInfo>
  /** Ends all watches. Idempotent. The last snapshot goes on answering. */
  close(): Promise<void>
}

/**
 * Methods that work when they are taken off a Features; the questions are bound by BoundQuestions.
 */
export const BOUND = [
  'for',
  'about',
  'run',
  'now',
  'revision',
  'entryOf',
  'admitBy',
  'metadata',
  'definition',
  'describe',
  'trial',
  'store',
  'recordExposures',
  'openExposure',
  'on',
  'off',
  'reload',
  'close',
] as const
