import { createHash } from 'node:crypto'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Problem } from '../core/problem'
import type { Content, Outcome, Sink, SourceProblem } from '../sources/source'
import { type Change, changeBetween } from './change'
import type { Guards } from './guards'
import { emptyPart, judgeContent, type Part, problemsOf } from './part'
import { Problems } from './problems'
import type { Semantics } from './value'
import { NOTHING, Snapshot } from './snapshot'

/** Whether what is in force is what the sources say. */
export type Status = 'NOT_READY' | 'READY' | 'STALE' | 'CLOSED'

/** What the live config tells its owner; called after the swap, in order. */
export interface Listener {
  change(change: Change): void
  problem(problem: Problem): void
  solved(problem: Problem): void
  ready(generation: number): void
  stale(problem: Problem): void
}

export type Rules = Semantics & { readonly guards: Guards }

/** How long a source that changed waits for the others; longer than a file takes to settle. */
const JOINT_MS = 100

/** Joins the sources' contents into one snapshot; keeps the last good of whatever turns bad. */
export class LiveConfig {
  snapshot = NOTHING
  status: Status = 'NOT_READY'
  problems: readonly Problem[] = []
  private parts: readonly Part[]
  /** Contents read so far; the newest may have been refused. */
  private generation = 0
  private queue: Promise<unknown> = Promise.resolve()
  private complete: (() => void) | undefined
  /** What the snapshot in force was made of. */
  private installed: readonly Part[] = []
  private joint: Promise<void> | undefined

  constructor(
    sources: readonly string[],
    private readonly rules: Rules,
    private readonly listener: Listener,
    private readonly now: () => number,
  ) {
    this.parts = sources.map(emptyPart)
  }

  /** Milliseconds since every source was last read or found unchanged; undefined while one never was. */
  get ageMs(): number | undefined {
    const oldest = Math.min(...this.parts.map((part) => part.confirmedAt))
    return oldest === 0 ? undefined : Math.max(0, this.now() - oldest)
  }

  /** Whether every source has given content that is in force. */
  get isComplete(): boolean {
    return this.snapshot !== NOTHING && this.parts.every((part) => part.hash !== undefined)
  }

  /** Whether the snapshot has what the sources gave last. */
  private get isInstalled(): boolean {
    return this.parts.every(({ hash }, i) => hash === this.installed[i]?.hash)
  }

  /** Calls back when content is in force for the first time. */
  onComplete(complete: () => void): void {
    this.complete = complete
  }

  /** Where the source with this index tells what it found. */
  sink(index: number): Sink {
    const change = (edit: (part: Part) => Part): void => this.replace(index, edit)
    return {
      content: async (content) => {
        const { failure } = this.part(index)
        // A source is never told that liveflag itself failed: the last good stays, and a problem says so.
        const judged = this.queue.then(() => this.take(index, content, failure)).catch((error: unknown) => this.failInside(index, content.hash, error))
        this.queue = judged
        const outcome = await judged
        if (outcome === 'installed') await this.install()
        this.tell()
        return outcome
      },
      confirmed: () => change(({ failure: _, ...part }) => ({ ...part, kept: false, confirmedAt: this.now() })),
      failed: (failure) => change((part) => ({ ...part, failure })),
      warn: (warning) => change((part) => ({ ...part, warnings: [...without(part.warnings, warning.code), warning] })),
      unwarn: (code) => change((part) => ({ ...part, warnings: without(part.warnings, code) })),
    }
  }

  close(): void {
    this.status = 'CLOSED'
  }

  /** `failure` is what was wrong with the source when it gave this content: whatever came later still holds. */
  private async take(index: number, content: Content, failure: Part['failure']): Promise<Outcome> {
    const before = this.part(index)
    const generation = content.hash === before.readHash ? this.generation : this.generation + 1
    const steps = judgeContent(content, before, { ...this.rules, generation })
    const { outcome, part } = await unhurried(steps)
    if (this.status === 'CLOSED' || outcome === 'passed-over') return outcome
    this.generation = generation
    // What the source told meanwhile still holds.
    const { warnings, failure: later } = this.part(index)
    const kept = content.confirmedAt !== undefined
    const judged = { ...part, warnings, kept, confirmedAt: content.confirmedAt ?? this.now() }
    this.parts = this.parts.with(index, later && later !== failure ? { ...judged, failure: later } : judged)
    return outcome
  }

  private failInside(index: number, hash: string, error: unknown): Outcome {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `liveflag failed to judge this content (${reason}); what was in force stays; please report it with the file`
    this.parts = this.parts.with(index, { ...this.part(index), readHash: hash, refused: { code: 'internal', severity: 'error', message } })
    return 'rejected'
  }

  private part(index: number): Part {
    return this.parts[index] ?? emptyPart('')
  }

  private replace(index: number, edit: (part: Part) => Part): void {
    if (this.status === 'CLOSED') return
    this.parts = this.parts.with(index, edit(this.part(index)))
    this.tell()
  }

  /**
   * Puts what was judged in force. The first snapshot waits for every source; later on, sources that change together
   * (a deployment writes two files) are one snapshot, so the first to change waits a moment for the others.
   */
  private async install(): Promise<void> {
    if (this.parts.some((part) => part.hash === undefined)) return
    if (this.parts.length > 1 && this.snapshot !== NOTHING) await (this.joint ??= setTimeout(JOINT_MS))
    this.joint = undefined
    const swapped = this.queue.then(() => this.swap())
    this.queue = swapped.catch(() => undefined)
    await swapped
  }

  /** Swaps the snapshot whole; whoever pinned the old one keeps it. */
  private async swap(): Promise<void> {
    if (this.parts === this.installed) return
    const before = this.snapshot
    this.installed = this.parts
    const after = new Snapshot(Math.max(...this.parts.map((part) => part.generation)), hashOf(this.parts), this.now(), this.parts)
    const change = before === NOTHING ? undefined : await unhurried(changeBetween(before, after))
    if (this.status === 'CLOSED') return
    this.snapshot = after
    if (change) this.listener.change(change)
  }

  /** Tells each problem once while it lasts, and each change of status once. */
  private tell(): void {
    if (this.status === 'CLOSED') return
    const before = new Problems(this.problems)
    const since = { generation: this.generation, since: this.now() }
    const fresh: Problem[] = []
    this.problems = this.parts.flatMap(problemsOf).map((problem) => {
      const old = before.take(problem)
      const dated = { ...since, ...problem, ...(old && { generation: old.generation ?? since.generation, since: old.since ?? since.since }) }
      if (!old) fresh.push(dated)
      return dated
    })
    for (const problem of fresh) this.listener.problem(problem)
    for (const problem of before.rest()) this.listener.solved(problem)
    this.tellStatus()
  }

  /** What a source kept from an earlier run is in force, but nobody knows yet whether it still holds. */
  private tellStatus(): void {
    if (!this.isComplete) return
    this.complete?.()
    const failing = this.problems.find((problem) => this.parts.some((part) => isWhole(problem, part)))
    if (failing && this.status !== 'STALE') {
      this.status = 'STALE'
      this.listener.stale(failing)
    } else if (!failing && this.status !== 'READY' && this.isInstalled && !this.parts.some((part) => part.kept)) {
      this.status = 'READY'
      this.listener.ready(this.snapshot.generation)
    }
  }
}

/** Does work in slices, and lets others run in between. */
async function unhurried<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await setImmediate()
  }
}

const isWhole = (problem: Problem, { source, failure, refused }: Part): boolean =>
  problem.source === source && (problem.code === failure?.code || problem.code === refused?.code) && problem.feature === undefined

const without = (warnings: readonly SourceProblem[], code: string): readonly SourceProblem[] =>
  warnings.filter((warning) => warning.code !== code)


function hashOf(parts: readonly Part[]): string {
  const hashes = parts.map((part) => part.hash ?? '')
  return hashes.length === 1 ? hashes.join('') : createHash('sha256').update(hashes.join('\n')).digest('hex')
}
