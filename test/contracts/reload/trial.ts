import { createHash } from 'node:crypto'
import { readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, Features, Format, Handle, ReportedProblem, StartOptions, Status, Watching } from './adapter'
import { difference, sameFeatures, spell } from './diff'
import type { Scale } from './pattern'
import { Ledger } from './ledger'
import { Sampler } from './sampler'
import { until } from './wait'

/** What can be observed no further: the trial ends. */
export class Failed extends Error {}

export interface Setting {
  readonly adapter: Adapter
  readonly format: Format
  readonly watching: Watching
  readonly pollMs: number
  /** `short` keeps the heavy patterns small enough for a test run. */
  readonly scale: Scale
  readonly random: () => number
}

type Open = Omit<Partial<StartOptions>, 'format' | 'watching'> & { readonly paths?: readonly string[]; readonly written?: boolean }

interface Change {
  /** What is served after it, when that is not simply the content. */
  readonly effective?: Features
  /** The content has problems that stay: the status is READY all the same. */
  readonly flawed?: boolean
  /** The writer takes so long that problems may come and go meanwhile. */
  readonly passing?: boolean
  /** Another source is still bad. */
  readonly stale?: boolean
  readonly withinMs?: number
}

interface Refusal {
  readonly code: string | readonly string[]
  readonly lines?: readonly [first: number, last: number]
  readonly columns?: readonly number[]
  /** Whether one content was read, and so has a number; `maybe` when there may be several. */
  readonly reads: 'yes' | 'no' | 'maybe'
  readonly withinMs?: number
}

type Write = (text: string) => void | Promise<void>

/** One run of one pattern: does what the pattern says, and watches what is served and told meanwhile. */
export class Trial {
  readonly faults: string[] = []
  readonly latencies: number[] = []
  /** The watched path; a pattern that needs another one sets it before it opens. */
  path: string
  private opened: { handle: Handle; sampler: Sampler; ledger: Ledger } | undefined
  private shown = { status: true, events: true, standing: true }
  private current: Features = {}
  /** Of the content read last. */
  private lastHash = ''
  private size = 0
  private several = false
  private unseen = false
  private endMarker: string | undefined
  /** How many contents were read: at least, at most. */
  private generations: [number, number] = [1, 1]

  constructor(
    readonly dir: string,
    readonly setting: Setting
  ) {
    this.path = join(dir, `flags.${setting.format}`)
  }

  get format(): Format {
    return this.setting.format
  }

  /** A change must be served within this time of its being whole. */
  get limitMs(): number {
    return this.setting.watching === 'poll' || this.unseen ? this.setting.pollMs + 1000 : 1000
  }

  /** From now on no event can show the changes, so only looking again and again can. */
  expectNoEvents(): void {
    this.unseen = true
  }

  get handle(): Handle {
    return this.running.handle
  }

  text(features: Features): string {
    const { dialect } = this.setting.adapter
    const text = Object.keys(features).length === 0 ? dialect.none(this.format) : dialect.text(features, this.format)
    return text.padEnd(this.size, '\n') + (this.endMarker === undefined ? '' : `${this.endMarker}\n`)
  }

  /** All texts from now on are this long. */
  padTo(bytes: number): void {
    this.size = bytes
  }

  async open(features: Features, { paths = [this.path], written = false, ...options }: Open = {}): Promise<void> {
    const { adapter, watching, pollMs, format } = this.setting
    this.endMarker = options.endMarker
    this.several = paths.length > 1
    if (!written) writeFileSync(this.path, this.text(features))
    const handle = await adapter.start(paths, { format, watching, pollMs, ...options })
    const sampler = new Sampler(() => handle.read())
    this.opened = { handle, sampler, ledger: new Ledger(handle) }
    this.shown = { status: handle.status !== undefined, events: handle.events !== undefined, standing: handle.standing !== undefined }
    this.current = features
    sampler.allow(features)
    await this.wait('the first content', () => this.serves(features), this.limitMs)
    const generation = this.status()?.generation ?? 1
    this.generations = [generation, generation]
    this.lastHash = hashOfFile(this.path)
  }

  /** Writes a good content and waits for it. */
  async change(features: Features, write: Write, { effective = features, flawed = false, passing = false, stale = false, withinMs = this.limitMs }: Change = {}): Promise<void> {
    const { sampler, ledger } = this.running
    if (passing) ledger.ignoreTurns()
    sampler.allow(this.current, effective)
    await write(this.text(features))
    const written = performance.now()
    await this.wait(`${spell(effective)} served`, () => this.serves(effective) && this.isNewest(), withinMs)
    this.latencies.push(performance.now() - written)
    ledger.expectChange(difference(this.current, effective))
    if (!stale) ledger.expectTurn('ready')
    const hash = hashOfFile(this.path)
    this.count(passing || this.several ? 'maybe' : hash === this.lastHash ? 'no' : 'yes')
    this.lastHash = hash
    this.current = effective
    sampler.allow(effective)
    await this.checkHealth(flawed)
  }

  /** Writes what must not be served, and waits until that is told. */
  async refused(write: () => void | Promise<void>, refusal: Refusal): Promise<void> {
    await write()
    const codes = [refusal.code].flat()
    const told = (): ReportedProblem | undefined => this.status()?.problems.find(({ code }) => codes.includes(code))
    if (this.handle.status) {
      await this.wait(`a problem ${codes.join(' or ')}`, () => told() !== undefined && this.status()?.status === 'STALE', refusal.withinMs ?? this.limitMs)
      this.checkPlace(told(), refusal)
    }
    this.running.ledger.expectTurn('stale')
    this.count(refusal.reads)
    if (refusal.reads !== 'no') this.lastHash = ''
  }

  /** Does what changes nothing, and waits until it has been looked at. */
  async unchanged(write: () => void | Promise<void>): Promise<void> {
    await write()
    const done = performance.now()
    await this.wait('I6: the age set back', () => (this.status()?.ageMs ?? 0) <= performance.now() - done, this.limitMs + this.setting.pollMs)
  }

  /** Several contents in a row, of which some may be passed over; the last must be served, the events be no more than the contents. */
  async flurry(contents: readonly Features[], final: Features, write: () => void | Promise<void>, withinMs = this.limitMs): Promise<void> {
    const { sampler, ledger } = this.running
    await this.checkEvents()
    const before = this.status()?.generation
    sampler.allow(this.current, ...contents, final)
    await write()
    const written = performance.now()
    await this.wait(`${spell(final)} served`, () => this.serves(final) && this.isNewest(), withinMs)
    this.latencies.push(performance.now() - written)
    const after = this.status()?.generation ?? 0
    const changes = ledger.told().filter(({ type }) => type === 'change').length
    if (before !== undefined && changes > after - before) this.fault(`I8: ${changes} change events for ${after - before} contents`)
    if (ledger.told().some(({ type }) => type !== 'change')) this.fault('I9: a status event without a problem')
    this.generations = [after, after]
    this.current = final
    this.lastHash = hashOfFile(this.path)
    sampler.allow(final)
    ledger.skip()
  }

  status(): Status | undefined {
    return this.handle.status?.()
  }

  fault(message: string): void {
    this.faults.push(message)
  }

  check(holds: boolean, message: string): void {
    if (!holds) this.fault(message)
  }

  async wait(what: string, holds: () => boolean, withinMs: number): Promise<void> {
    if (await until(holds, withinMs)) return
    const { status, problems } = this.status() ?? { status: 'unknown', problems: [] }
    const seen = `serves ${spell(this.handle.read())}, ${status}, problems ${problems.map(({ code, line, column }) => `${code}@${line}:${column}`).join(', ') || 'none'}`
    throw new Failed(`I1: not within ${withinMs} ms: ${what}; ${seen}`)
  }

  /** The watch still lives after the pattern, whichever way the next change comes; then everything told is compared. */
  async finish(): Promise<void> {
    if (this.opened === undefined) return
    if (!this.several) {
      const real = realpathSync(this.path)
      await this.change({ alpha: 4094, zeta: 1 }, (text) => writeFileSync(real, text))
      await this.change({ alpha: 4095 }, (text) => replaceFile(real, text))
    }
    await this.checkEvents()
  }

  /** What this system cannot show; whoever reads the verdict has to know. */
  get notObservable(): string[] {
    const { status, events, standing } = this.shown
    return [...(status ? [] : ['I4', 'I5', 'I6', 'I7']), ...(events ? [] : ['I8', 'I9']), ...(standing ? [] : ['I3'])]
  }

  async close(): Promise<void> {
    if (this.opened === undefined) return
    const { sampler, handle } = this.opened
    this.opened = undefined
    sampler.stop()
    for (const stray of sampler.strays) this.fault(`I2: served ${stray}`)
    await handle.close()
  }

  /** Compares what was told with what had to be told, and starts anew. */
  async checkEvents(): Promise<void> {
    const { ledger } = this.running
    if (this.handle.events === undefined) return
    await until(() => ledger.isComplete(), 1000)
    this.faults.push(...ledger.faults())
    ledger.skip()
  }

  private get running(): { handle: Handle; sampler: Sampler; ledger: Ledger } {
    if (this.opened === undefined) throw new Error('the pattern has not opened anything')
    return this.opened
  }

  private serves(features: Features): boolean {
    return sameFeatures(this.handle.read(), features)
  }

  /** I5. A content that is served may still be the one before, when both serve the same. */
  private isNewest(): boolean {
    const status = this.status()
    if (status === undefined || this.several) return true
    return status.status === 'READY' && status.contentHash === hashOfFile(this.path)
  }

  private count(reads: Refusal['reads']): void {
    const [least, most] = this.generations
    this.generations = { yes: [least + 1, most + 1] as [number, number], no: [least, most] as [number, number], maybe: [least, Infinity] as [number, number] }[reads]
  }

  private async checkHealth(flawed: boolean): Promise<void> {
    const status = this.status()
    if (status === undefined) return
    const [least, most] = this.generations
    const { generation } = status
    this.check(generation >= least && generation <= most, `I4: generation ${generation}, wanted ${least === most ? least : `${least} to ${most}`}`)
    this.generations = [generation, generation]
    this.check(status.ageMs < this.limitMs + 1000, `I6: age ${status.ageMs} ms`)
    const errors = status.problems.filter(({ severity }) => severity === 'error')
    if (!flawed) this.check(errors.length === 0, `I7: problems after recovery: ${errors.map(({ code }) => code).join(', ')}`)
  }

  private checkPlace(problem: ReportedProblem | undefined, { lines, columns }: Refusal): void {
    if (problem === undefined || lines === undefined) return
    const { line = 0, column = 0, code } = problem
    this.check(line >= lines[0] && line <= lines[1], `I7: ${code} at line ${line}, wanted ${lines.join(' to ')}`)
    this.check(columns === undefined ? column >= 1 : columns.includes(column), `I7: ${code} at column ${column}, wanted one of ${columns?.join(', ') ?? 'from 1'}`)
  }
}

/** What careful tools do: a whole file beside the old one, then renamed over it. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text)
  renameSync(`${path}.tmp`, path)
}

function hashOfFile(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch {
    return 'no file'
  }
}
