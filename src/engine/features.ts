import type { CustomSelector } from '../core/custom-selector'
import type { Decision } from '../core/decision'
import { LiveflagError } from '../core/errors'
import type { DefinitionInForce, Metadata } from '../core/feature'
import type { JsonValue } from '../core/json'
import type { Problem } from '../core/problem'
import { isPromise } from '../core/guarded'
import { promisedOption } from '../core/options'
import type { EntryInForce } from '../core/entry-in-force'
import type { ExperimentInfo } from '../core/participation'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import { type Overrides, type World, worldOf } from '../core/world'
import { createR2Bucketing } from '../hash/r2'
import type { SignedLink } from '../core/link'
import type { Selector } from '../core/selector'
import { LiveConfig } from '../live-config/live-config'
import type { KeyStore } from '../sources/key-store'
import { storeOf } from '../sources/session-source'
import { checkNodeVersion } from '../runtime/node-version'
import { bindMethods } from '../runtime/bind-methods'
import { boundedSet } from '../runtime/bounded-cache'
import { Ambient } from './ambient'
import type { Bootstrap } from './bootstrap'
import { BoundQuestions } from './bound-questions'
import { CountedRequest } from './counted-request'
import { definitionIn, type Described, describe } from './described'
import { Emitter, type Events, type Listen } from './events'
import type { Explanation } from './explain'
import type { Exposure } from './exposure'
import type { SealedExposure } from './exposure-seal'
import { type FeatureMetrics, guardedMetrics } from './feature-metrics'
import { type FeaturesOptions, readOptions, type Settled } from './options'
import { linksOf } from './link-forcing'
import type { Enabled, Questions } from './questions'
import { Reporter } from './reporter'
import { Request, type RequestRules } from './request'
import { admitBy, checkRequestOptions, type RequestOptions } from './request-context'
import { RequestLog, SEEN_BYTES } from './request-log'
import { requestRules } from './request-rules'
import { type Content, contentOf, describeSnapshot, type SnapshotInfo } from './snapshot-info'
import { claim, openSources, overridesIn, release, selectorsOf } from './startup'
import { type Trial, trialOf } from './trial'
import type { ValueDetails } from './typed-value'
import { BOUND, type Features } from './features-type'

export type { Features } from './features-type'

/**
 * Opens a live config and watches it. Resolves when the first content is in force; rejects with
 * LIVEFLAG_NO_CONFIG when there is none and `waitForFile` is not set.
 *
 * @example
 * const features = await openFeatures({ source: 'config/live.yaml' })
 * features.on('problem', (problem) => console.error(problem.message))
 * features.for(worldOf({ user: { id: 't2_beef', gold: true } })).isEnabled('search_v2')
 */
export async function openFeatures(options: FeaturesOptions): Promise<Features> {
  checkNodeVersion()
  const engine = new Engine(readOptions(options))
  await engine.open()
  return engine
}

/** What `openFeatures` opens. */
export class Engine extends BoundQuestions implements Features {
  private readonly ambient = new Ambient(
    () => this.global,
    (decision) => this.reporter.outside(decision),
  )
  private readonly emitter = new Emitter((event, error) =>
    this.reporter.threw('listener-threw', `a listener of '${event}'`, error),
  )
  private readonly reporter: Reporter
  private readonly config: LiveConfig
  private readonly rules: RequestRules
  private readonly metrics: FeatureMetrics | undefined
  /** Those that are built in, too. */
  private readonly known: readonly Selector[]
  private readonly overriding: ReadonlySet<string>
  private anonymous: { readonly generation: number; readonly request: Request } | undefined
  private closing: Promise<void> | undefined

  constructor(
    private readonly options: Settled,
    /** What every request forces, unless its own options override it. */
    private readonly forced?: RequestOptions,
  ) {
    super()
    bindMethods(this, BOUND)
    this.reporter = new Reporter(this.emitter, options.now)
    this.rules = requestRules(options, this.reporter)
    this.metrics = options.onMetric && guardedMetrics(options.onMetric, this.reporter)
    this.overriding = overridesIn(options.sources)
    this.known = selectorsOf(options)
    this.config = new LiveConfig(
      options.sources,
      { ...options, bucketing: createR2Bucketing(), selectors: this.known },
      this.reporter,
      options.now,
    )
  }

  async open(): Promise<void> {
    claim(this.options.sources)
    const opening = openSources(this.options.sources, this.config, this.options, this.metrics)
    await opening.catch(async (error: unknown) => {
      await this.close()
      throw error
    })
    this.reporter.start()
  }

  for(world: World, own?: RequestOptions): Request {
    if (own) checkRequestOptions(own)
    if (isPromise(world)) throw promisedOption('for', 'the World')
    const options = own && this.forced ? { ...this.forced, ...own } : (own ?? this.forced)
    const log = new RequestLog(this.rules.recorders, world)
    const links = linksOf(world, this.config.snapshot, this.reporter, this.options.now)
    return this.request(world, log, links ? { ...options, links } : options)
  }

  about(world: World): Request {
    return this.request(world, this.global.log, this.forced)
  }

  /** Without metrics the request does not even check whether to count. */
  private request(world: World, log: RequestLog, options: RequestOptions | undefined): Request {
    const { config, rules, metrics, overriding } = this
    const { snapshot } = config
    if (metrics?.read === undefined) return new Request(world, snapshot, rules, log, options)
    return new CountedRequest(world, snapshot, rules, log, options, metrics, overriding)
  }

  run<T>(world: World, fn: (request: Questions) => T, options?: RequestOptions): T {
    const request = this.for(world, options)
    return this.ambient.run(request, () => fn(request))
  }

  /** Never reached: each request has its own guard. */
  protected failed(_question: string, _name: unknown, error: unknown): Decision {
    throw error
  }

  protected askIsEnabled(name: string, overrides?: Overrides): boolean {
    return this.ambient.requestFor(name, overrides).isEnabled(name, overrides)
  }

  protected askVariant(name: string, overrides?: Overrides): string | undefined {
    return this.ambient.requestFor(name, overrides).variant(name, overrides)
  }

  protected askDecide(name: string, overrides?: Overrides): Decision {
    return this.ambient.requestFor(name, overrides).decide(name, overrides)
  }

  protected askExplain(name: string, overrides?: Overrides): Explanation {
    return this.ambient.requestFor(name, overrides).explain(name, overrides)
  }

  protected askAllEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>> {
    return this.ambient.request.allEnabled(overrides)
  }

  protected askDetails<T extends JsonValue>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): ValueDetails<T> {
    return this.ambient.requestFor(name, overrides).details(name, otherwise, overrides)
  }

  protected askInline(experiment: ExperimentDefinition, overrides?: Overrides): ExperimentResult {
    return this.ambient.request.inlineExperiment(experiment, overrides)
  }

  toJSON(): object {
    const { status, generation, hash } = this.snapshot
    return { status, generation, hash }
  }

  get exposures(): readonly Exposure[] {
    return this.ambient.request.exposures
  }

  get links(): readonly SignedLink[] {
    return this.ambient.request.links
  }

  protected askBootstrap(names?: readonly string[]): Bootstrap {
    return this.ambient.request.bootstrap(names)
  }

  recordExposures(tokens: readonly unknown[]): number {
    const open = (token: string): readonly SealedExposure[] | undefined => this.openExposure(token)
    return this.global.log.receivedAll(tokens, open, this.config.snapshot)
  }

  openExposure(token: string): readonly SealedExposure[] | undefined {
    return this.rules.browser.seal()?.open(token)
  }

  get content(): Content {
    return contentOf(this.config)
  }

  get snapshot(): SnapshotInfo {
    return describeSnapshot(this.config, this.options.sources)
  }

  get stickyAttributes(): readonly string[] {
    return this.config.snapshot.stickyAttributes
  }

  get experiments(): ReadonlyMap<string, ExperimentInfo> {
    return this.config.snapshot.experiments
  }

  get selectors(): readonly CustomSelector[] {
    return this.options.selectors
  }

  now(): number {
    return this.options.now()
  }

  /** The request in whose asynchronous context the code runs; else that of an unknown visitor. */
  get current(): Request {
    return this.ambient.request
  }

  /** Reports a problem that a middleware has found, once an hour. */
  report(problem: Omit<Problem, 'since'>): void {
    this.reporter.once({ ...problem, since: this.now() })
  }

  revision(name: string): string | undefined {
    return this.config.snapshot.item(name)?.version?.revision
  }

  entryOf(name: string): EntryInForce | undefined {
    return this.config.snapshot.entryOf(name)
  }

  admitBy(of: Parameters<Features['admitBy']>[0]): () => void {
    return admitBy(this.rules.admissions, of)
  }

  metadata(name: string): Metadata | undefined {
    return this.config.snapshot.item(name)?.version?.feature.metadata
  }

  definition(name: string): DefinitionInForce | undefined {
    return definitionIn(this.config.snapshot, name, this.options)
  }

  describe(name: string): Described | undefined {
    return describe(name, this.config.snapshot, this.known, this.options.compat)
  }

  trial(source: string, text: string): Promise<Trial> {
    const { config, options, known, forced } = this
    return trialOf(source, text, { config, options, known, forced })
  }

  store(source: string): KeyStore | undefined {
    const found = this.options.sources.find(({ name }) => name === source)
    return found && storeOf(found)
  }

  on<K extends keyof Events>(event: K, listener: Listen<K>): this {
    this.emitter.on(event, listener)
    return this
  }

  off<K extends keyof Events>(event: K, listener: Listen<K>): this {
    this.emitter.off(event, listener)
    return this
  }

  async reload(): Promise<SnapshotInfo> {
    if (this.closing)
      throw new LiveflagError(
        'LIVEFLAG_CLOSED',
        'reload: the features are closed and their sources no longer looked at; open them anew',
      )
    await Promise.all(this.options.sources.map((source) => source.check()))
    return this.snapshot
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    this.config.close()
    this.reporter.close()
    await Promise.all(this.options.sources.map((source) => source.close()))
    release(this.options.sources)
    this.emitter.clear()
  }

  /**
   * The one request of an anonymous visitor per snapshot. It lives as long as its snapshot, so the
   * exposures that it remembers are bounded.
   */
  get global(): Request {
    const { generation } = this.config.snapshot
    if (this.anonymous?.generation !== generation) {
      const log = new RequestLog(this.rules.recorders, undefined, boundedSet(SEEN_BYTES))
      this.anonymous = { generation, request: this.request(worldOf(), log, this.forced) }
    }
    return this.anonymous.request
  }
}
