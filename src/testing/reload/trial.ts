import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Features, Format, Handle, ReportedProblem, Status } from './adapter'
import { difference, sameFeatures, spell } from './diff'
import { hashOfFile, replaceFile } from './files'
import { Generations } from './generations'
import { Ledger } from './ledger'
import {
  EVERYTHING_SHOWN,
  healthViolations,
  NotObservable,
  notObservableWith,
  shownBy,
  stateText,
  type Setting,
  type Shown,
} from './observation'
import { Sampler } from './sampler'
import { placeViolations, type Change, type Open, type Refusal, type Write } from './steps'
import { pause, until } from './wait'
import { performance } from '../../runtime/timers'

/** R12. A busy machine may miss it by a little, so only a full run checks it. */
const REPORT_WITHIN_MS = 300

/**
 * One run of one pattern: carries out the pattern and records what is served and reported
 * meanwhile.
 */
export class Trial {
  readonly violations: string[] = []
  readonly latencies: number[] = []
  /** The watched path; a pattern that needs another one sets it before it opens. */
  path: string
  private opened:
    { readonly handle: Handle; readonly sampler: Sampler; readonly ledger: Ledger } | undefined
  private shown: Shown = EVERYTHING_SHOWN
  private current: Features = {}
  /** Hash of the content read last. */
  private lastHash = ''
  private generations = new Generations(1)
  private size = 0
  private several = false
  private unseen = false
  private endMarker: string | undefined

  constructor(
    readonly dir: string,
    readonly setting: Setting,
  ) {
    this.path = join(dir, `flags.${setting.format}`)
  }

  get format(): Format {
    return this.setting.format
  }

  get handle(): Handle {
    return this.running.handle
  }

  /** A change must be served within this time of its being whole. */
  get limitMs(): number {
    return this.setting.watching === 'poll' || this.unseen ? this.setting.pollMs + 1000 : 1000
  }

  /** The checks that this system does not allow; the verdict names them. */
  get notObservable(): string[] {
    return notObservableWith(this.shown)
  }

  /** From now on events cannot show the changes, only polling can. */
  expectNoEvents(): void {
    this.unseen = true
  }

  /** Pads all further texts to this length. */
  padTo(bytes: number): void {
    this.size = bytes
  }

  text(features: Features): string {
    const { dialect } = this.setting.adapter
    const text =
      Object.keys(features).length === 0
        ? dialect.none(this.format)
        : dialect.text(features, this.format)
    return (
      text.padEnd(this.size, '\n') + (this.endMarker === undefined ? '' : `${this.endMarker}\n`)
    )
  }

  async open(
    features: Features,
    { paths = [this.path], directory, written = false, ...options }: Open = {},
  ): Promise<void> {
    const { adapter, watching, pollMs, format } = this.setting
    this.endMarker = options.endMarker
    this.several = paths.length > 1 || directory !== undefined
    if (!written) writeFileSync(this.path, this.text(features))
    const settings = { format, watching, pollMs, ...options }
    const handle = await (directory === undefined
      ? adapter.start(paths, settings)
      : adapter.startDirectory?.(directory, settings))
    if (handle === undefined) throw new NotObservable('how it treats a directory of files')
    this.opened = { handle, sampler: new Sampler(() => handle.read()), ledger: new Ledger(handle) }
    this.shown = shownBy(handle)
    await this.wait('the first content', () => this.serves(features), this.limitMs)
    this.generations = new Generations(this.status()?.generation ?? 1)
    this.isServing(features)
  }

  /** Writes a good content and waits for it. */
  async change(
    features: Features,
    write: Write,
    {
      effective = features,
      flawed = false,
      passing = false,
      stale = false,
      withinMs = this.limitMs,
    }: Change = {},
  ): Promise<void> {
    const { ledger } = this.running
    if (passing) ledger.ignoreTurns()
    await this.served(effective, [], () => write(this.text(features)), withinMs)
    ledger.expectChange(difference(this.current, effective))
    if (!stale) ledger.expectTurn('ready')
    const repeated = hashOfFile(this.path) === this.lastHash
    this.generations.count(passing || this.several ? 'maybe' : repeated ? 'no' : 'yes')
    this.isServing(effective)
    this.checkHealth(flawed)
  }

  /** Writes a text that must not be served, and waits until that is reported. */
  async refused(write: () => void | Promise<void>, refusal: Refusal): Promise<void> {
    const { code, reads, withinMs = this.limitMs } = refusal
    await write()
    const written = performance.now()
    const codes = [code].flat()
    const reported = (): ReportedProblem | undefined =>
      this.status()?.problems.find((problem) => codes.includes(problem.code))
    if (this.shown.status)
      await this.wait(
        `STALE, ${codes.join(' or ')}`,
        () => reported() !== undefined && this.status()?.status === 'STALE',
        withinMs,
      )
    // The system does not show that it has noticed, so it gets time to.
    else await pause(REPORT_WITHIN_MS)
    const late =
      reads === 'yes' &&
      this.setting.scale === 'full' &&
      this.setting.watching !== 'poll' &&
      performance.now() - written > REPORT_WITHIN_MS
    if (this.shown.status)
      this.check(
        !late,
        `R12: reported ${Math.round(performance.now() - written)} ms after it was written`,
      )
    const problem = reported()
    if (problem !== undefined) this.violations.push(...placeViolations(problem, refusal))
    this.running.ledger.expectTurn('stale')
    this.generations.count(reads)
    if (reads !== 'no') this.lastHash = ''
  }

  /** Carries out a step that changes nothing, and waits until it has been checked. */
  async unchanged(write: () => void | Promise<void>): Promise<void> {
    if (!this.shown.status) throw new NotObservable('whether it looked at what did not change')
    await write()
    const done = performance.now()
    await this.wait(
      'I6: the age set back',
      () => (this.status()?.ageMs ?? Infinity) <= performance.now() - done,
      this.limitMs + this.setting.pollMs,
    )
  }

  /**
   * Writes several contents in a row, of which some may be skipped; there may be at most one event
   * for each content that was read.
   */
  async flurry(
    contents: readonly Features[],
    final: Features,
    write: () => void | Promise<void>,
    withinMs = this.limitMs,
  ): Promise<void> {
    const { ledger } = this.running
    await this.checkEvents()
    const before = this.status()?.generation
    await this.served(final, contents, write, withinMs)
    const after = this.status()?.generation ?? 0
    const changes = ledger.reported().filter(({ type }) => type === 'change').length
    if (before !== undefined && changes > after - before)
      this.violation(`I8: ${changes} change events for ${after - before} contents`)
    if (ledger.reported().some(({ type }) => type !== 'change'))
      this.violation('I9: a status event without a problem')
    this.generations = new Generations(after)
    this.isServing(final)
    ledger.skip()
  }

  status(): Status | undefined {
    return this.handle.status?.()
  }

  violation(message: string): void {
    this.violations.push(message)
  }

  check(holds: boolean, message: string): void {
    if (!holds) this.violation(message)
  }

  async wait(what: string, holds: () => boolean, withinMs: number): Promise<void> {
    if (await until(holds, withinMs)) return
    throw new Error(
      `I1: not within ${withinMs} ms: ${what}; ${stateText(this.handle.read(), this.status())}`,
    )
  }

  /** Compares the events with those that were due. */
  async checkEvents(): Promise<void> {
    const { ledger } = this.running
    if (!this.shown.events) return
    await until(() => ledger.isComplete(), 1000)
    this.violations.push(...ledger.violations())
    ledger.skip()
  }

  /**
   * Checks that the watch still works after the pattern, for both kinds of writes, and then all
   * events.
   */
  async finish(): Promise<void> {
    if (this.opened === undefined) return
    if (!this.several) {
      const real = realpathSync(this.path)
      await this.change({ alpha: 4094, zeta: 1 }, (text) => writeFileSync(real, text))
      await this.change({ alpha: 4095 }, (text) => replaceFile(real, text))
    }
    await this.checkEvents()
  }

  async close(): Promise<void> {
    if (this.opened === undefined) return
    const { sampler, handle } = this.opened
    this.opened = undefined
    sampler.stop()
    for (const stray of sampler.strays) this.violation(`I2: served ${stray}`)
    await handle.close()
  }

  private get running(): { handle: Handle; sampler: Sampler; ledger: Ledger } {
    if (this.opened === undefined) throw new Error('the pattern has not opened anything')
    return this.opened
  }

  private serves(features: Features): boolean {
    return sameFeatures(this.handle.read(), features)
  }

  private isServing(features: Features): void {
    this.current = features
    this.lastHash = hashOfFile(this.path)
    this.running.sampler.allow(features)
  }

  private async served(
    features: Features,
    between: readonly Features[],
    write: () => void | Promise<void>,
    withinMs: number,
  ): Promise<void> {
    this.running.sampler.allow(this.current, ...between, features)
    await write()
    const written = performance.now()
    await this.wait(
      `${spell(features)} served`,
      () => this.serves(features) && this.isNewest(),
      withinMs,
    )
    this.latencies.push(performance.now() - written)
  }

  /** I5. The served content may still be the one before, when both serve the same. */
  private isNewest(): boolean {
    const status = this.status()
    if (status === undefined || this.several) return true
    return status.status === 'READY' && status.contentHash === hashOfFile(this.path)
  }

  private checkHealth(flawed: boolean): void {
    const status = this.status()
    if (status === undefined) return
    this.violations.push(...this.generations.violations(status.generation))
    this.violations.push(...healthViolations(status, { oldestMs: this.limitMs + 1000, flawed }))
  }
}
