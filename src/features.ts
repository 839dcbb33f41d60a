import { AsyncLocalStorage } from 'node:async_hooks'
import { createR2Bucketing } from './core/bucketing-r2'
import type { Decision } from './core/decision'
import { LiveflagError } from './core/errors'
import type { Overrides, World } from './core/world'
import { worldOf } from './core/world'
import { Emitter, type Events, type Listen } from './events'
import type { Explanation } from './explain'
import { LiveConfig } from './live-config/live-config'
import { NOTHING_SHARED } from './live-config/shared'
import { memoise } from './memoised-bucketing'
import { type FeaturesOptions, readOptions, type Settled } from './options'
import { Reporter } from './reporter'
import { type Enabled, type Questions, Request, type RequestRules } from './request'
import { requestRules } from './request-rules'
import { describeSnapshot, type SnapshotInfo } from './snapshot-info'
import { openSources } from './startup'

/** A live config in force: ask it, listen to it, close it. Made by `openFeatures`. */
export interface Features extends Questions {
  /** One request: everything asked of it sees this World and one snapshot, and each Decision is made once. */
  for(world: World): Questions
  /** Runs `fn` with `world` as the ambient request, also across await; `isEnabled(name)` within asks it. */
  run<T>(world: World, fn: (request: Questions) => T): T
  /** What is in force now, and what is wrong. */
  readonly snapshot: SnapshotInfo
  on<K extends keyof Events>(event: K, listener: Listen<K>): this
  off<K extends keyof Events>(event: K, listener: Listen<K>): this
  /** Looks at the sources now instead of waiting for them to notice; resolves when what they hold is judged. */
  reload(): Promise<SnapshotInfo>
  /** Ends watching. Idempotent; the last snapshot goes on answering. */
  close(): Promise<void>
}

/**
 * Opens a live config and watches it. Resolves when the first content is in force; rejects with LIVEFLAG_NO_CONFIG
 * when there is none and `waitForFile` is not set.
 */
export async function openFeatures(options: FeaturesOptions): Promise<Features> {
  const engine = new Engine(readOptions(options))
  await engine.open()
  return engine
}

class Engine implements Features {
  private readonly ambient = new AsyncLocalStorage<Request>()
  private readonly emitter = new Emitter((event, error) => this.reporter.threw('listener-threw', `a listener of '${event}'`, error))
  private readonly reporter: Reporter
  private readonly config: LiveConfig
  private readonly rules: RequestRules
  private anonymous: { readonly generation: number; readonly request: Request } | undefined
  private closing: Promise<void> | undefined

  constructor(private readonly options: Settled) {
    this.reporter = new Reporter(this.emitter, options.now)
    const bucketing = memoise(createR2Bucketing(), options.memo)
    this.rules = requestRules(options, this.reporter)
    this.config = new LiveConfig(options.sources.map((source) => source.name), { ...options, bucketing, shared: NOTHING_SHARED }, this.reporter, options.now)
  }

  async open(): Promise<void> {
    try {
      await openSources(this.options.sources, this.config, this.options.waitForFile)
    } catch (error) {
      await this.close()
      throw error
    }
    this.reporter.start()
  }

  for(world: World): Request {
    return new Request(world, this.config.snapshot, this.rules)
  }

  run<T>(world: World, fn: (request: Questions) => T): T {
    const request = this.for(world)
    return this.ambient.run(request, () => fn(request))
  }

  isEnabled(name: string, overrides?: Overrides): boolean {
    return this.here().isEnabled(name, overrides)
  }

  variant(name: string, overrides?: Overrides): string | undefined {
    return this.here().variant(name, overrides)
  }

  decide(name: string, overrides?: Overrides): Decision {
    return this.here().decide(name, overrides)
  }

  explain(name: string, overrides?: Overrides): Explanation {
    return this.here().explain(name, overrides)
  }

  allEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>> {
    return this.here().allEnabled(overrides)
  }

  get snapshot(): SnapshotInfo {
    return describeSnapshot(this.config, this.options.sources)
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
    if (this.closing) throw new LiveflagError('LIVEFLAG_CLOSED', 'reload: the features are closed and their sources no longer looked at; open them anew')
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
    this.emitter.clear()
  }

  /** The ambient request, or that of an anonymous visitor: one for each snapshot, as nothing tells two such apart. */
  private here(): Request {
    const ambient = this.ambient.getStore()
    if (ambient !== undefined) return ambient
    const { generation } = this.config.snapshot
    if (this.anonymous?.generation !== generation) this.anonymous = { generation, request: this.for(worldOf()) }
    return this.anonymous.request
  }
}
