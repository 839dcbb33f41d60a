import type { ErrorCode, OpenFeatureEventEmitter, ProviderEvents } from '@openfeature/server-sdk'
import type { Problem } from '../core/problem'
import type { Events } from '../engine/events'
import type { Features } from '../engine/features'
import { Alarm } from '../runtime/alarm'
import { setImmediate } from '../runtime/timers'

/**
 * Hands the events of a Features on as OpenFeature's, each once. The SDK itself makes READY out of
 * `initialize`, so READY is emitted after STALE or ERROR alone.
 */
export class FeaturesEvents {
  private status: 'ready' | 'stale' | 'error' = 'ready'
  private readonly grace: Alarm
  private message = ''
  private isStopped = false

  constructor(
    private readonly features: Features,
    private readonly emitter: OpenFeatureEventEmitter,
    private readonly names: typeof ProviderEvents,
    /** How long STALE may last before it is an ERROR. Undefined: for ever. */
    private readonly errorAfterMs: number | undefined,
  ) {
    this.grace = new Alarm(() => this.giveUp())
  }

  /** Resolves when a content is in force. A source that is failing now is reported as STALE then. */
  async start(): Promise<void> {
    const { features } = this
    const first = features.snapshot.status === 'NOT_READY' ? firstContent(features) : undefined
    features.on('change', this.onChange).on('stale', this.onStale).on('ready', this.onReady)
    await first
    // After the SDK has made READY out of what `initialize` returns.
    setImmediate(() => this.reportStale())
  }

  stop(): void {
    this.isStopped = true
    this.grace.clear()
    this.features.off('change', this.onChange).off('stale', this.onStale).off('ready', this.onReady)
  }

  private reportStale(): void {
    const { status, problems } = this.features.snapshot
    const problem = problems.find(({ severity }) => severity === 'error') ?? problems[0]
    if (status === 'STALE' && problem && !this.isStopped) this.onStale({ problem })
  }

  private readonly onChange = ({ added, changed, removed, hash }: Events['change']): void => {
    this.emitter.emit(this.names.ConfigurationChanged, {
      flagsChanged: [...added, ...changed, ...removed].sort(),
      metadata: { version: hash },
    })
  }

  private readonly onStale = ({ problem }: { readonly problem: Problem }): void => {
    if (this.status !== 'ready') return
    this.status = 'stale'
    this.message = problem.message
    this.emitter.emit(this.names.Stale, { message: this.message })
    if (this.errorAfterMs !== undefined) this.grace.set(this.errorAfterMs)
  }

  private readonly onReady = (): void => {
    if (this.status === 'ready') return
    this.status = 'ready'
    this.grace.clear()
    this.emitter.emit(this.names.Ready, {})
  }

  private giveUp(): void {
    this.status = 'error'
    // The SDK's type of an error event has no code, but its status reads one.
    const detail = { message: this.message, errorCode: 'GENERAL' as ErrorCode }
    this.emitter.emit(this.names.Error, detail)
  }
}

const firstContent = (features: Features): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      features.off('ready', done)
      resolve()
    }
    features.on('ready', done)
  })
