import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Problem } from '../core/problem'
import type { Content, Outcome, Sink, Source, SourceProblem, TextSink } from '../core/source'
import { SerialQueue } from '../runtime/serial-queue'
import { withinTime } from '../runtime/wait'
import { Background, findUnseen } from './background'
import { type Change, changeBetween, Problems } from './change'
import { mergeTexts } from './clashes'
import { NOTHING_SHARED } from './entries/shared'
import type { Semantics } from './entries/value'
import type { Guards } from './guards'
import { judgeContent, type Part, problemsOf } from './part'
import { type Slot, Slots } from './slots'
import { type Layer, NOTHING, Snapshot } from './snapshot'

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

/** How contents are judged. What features share is read from each content. */
export type Rules = Omit<Semantics, 'shared'> & { readonly guards: Guards }

/** A source that hangs, such as a lost network disk, keeps the others waiting no longer than this. */
const LONGEST_CATCH_UP_MS = 500

/** Joins the sources' contents into one snapshot; keeps the last good of whatever turns bad. */
export class LiveConfig {
  snapshot = NOTHING
  status: Status = 'NOT_READY'
  problems: readonly Problem[] = []
  private readonly slots: Slots
  private readonly rules: Rules & Semantics
  /** Contents read so far, and texts gone; the newest content may have been refused. */
  private generation = 0
  private readonly queue = new SerialQueue()
  private complete: (() => void) | undefined
  /** What the snapshot in force was made of: of each source, its parts and what became of them. */
  private installed: readonly (readonly Part[])[] = []
  private layers: readonly (readonly Layer[])[] = []
  private clashes: readonly Problem[] = []
  private catchingUp: Promise<unknown> | undefined
  private readonly looking = new Background()

  constructor(
    private readonly sources: readonly Pick<Source, 'name' | 'catchUp'>[],
    rules: Rules,
    private readonly listener: Listener,
    private readonly now: () => number,
  ) {
    this.rules = { ...rules, shared: NOTHING_SHARED }
    this.slots = new Slots(sources.map(({ name }) => name))
  }

  /** Milliseconds since every source was last read or found unchanged; undefined while one never was. */
  get ageMs(): number | undefined {
    const oldest = Math.min(...this.slots.all.map((part) => part.confirmedAt))
    return oldest === 0 ? undefined : Math.max(0, this.now() - oldest)
  }

  /** Whether every source has given content that is in force. */
  get isComplete(): boolean {
    return this.snapshot !== NOTHING
  }

  /** Whether the snapshot has what the sources gave last. */
  private get isInstalled(): boolean {
    return areSame(this.slots.contents, this.installed)
  }

  /** Calls back when content is in force for the first time. */
  onComplete(complete: () => void): void {
    this.complete = complete
  }

  /** Where the source with this index tells what it found. */
  sink(index: number): Sink {
    return {
      ...this.sinkOf(this.slots.own(index)),
      part: (name) => ({
        ...this.sinkOf(this.slots.text(index, name, this.now())),
        removed: () => this.remove(index, name),
      }),
    }
  }

  close(): void {
    this.status = 'CLOSED'
    this.looking.cancel()
  }

  private sinkOf(slot: Slot): TextSink {
    const change = (edit: (part: Part) => Part): void => this.replace(slot, edit)
    return {
      content: async (content) => {
        const { failure } = slot.part
        // A source is never told that liveflag itself failed: the last good stays, and a problem says so.
        const outcome = await this.queue
          .add(() => this.take(slot, content, failure))
          .catch((error: unknown) => failInside(slot, content.hash, error))
        if (outcome === 'installed') await this.install()
        this.tell()
        return outcome
      },
      confirmed: () => this.confirm(slot),
      failed: (failure, hash) =>
        change((part) => ({
          ...part,
          failure,
          ...(hash !== undefined && this.counted(part, hash)),
        })),
      warn: (warning) =>
        change((part) => ({
          ...part,
          warnings: [...without(part.warnings, warning.code), warning],
        })),
      unwarn: (code) => change((part) => ({ ...part, warnings: without(part.warnings, code) })),
    }
  }

  /** `failure` is what was wrong with the source when it gave this content: whatever came later still holds. */
  private async take(slot: Slot, content: Content, failure: Part['failure']): Promise<Outcome> {
    const before = slot.part
    const generation = content.hash === before.readHash ? this.generation : this.generation + 1
    const steps = judgeContent(content, before, { ...this.rules, generation })
    const { outcome, part } = await unhurried(steps)
    if (this.status === 'CLOSED' || outcome === 'passed-over') return outcome
    this.generation = generation
    // What the source told meanwhile still holds.
    const { warnings, failure: later } = slot.part
    const kept = content.confirmedAt !== undefined
    const judged = { ...part, warnings, kept, confirmedAt: content.confirmedAt ?? this.now() }
    slot.part = later && later !== failure ? { ...judged, failure: later } : judged
    return outcome
  }

  /** A text is gone. It goes once what was told with it has been judged: that may be the same text under another name. */
  private async remove(index: number, name: string): Promise<void> {
    if (await this.queue.add(() => this.slots.leave(index, name))) await this.install()
    this.tell()
  }

  /** Of a thousand files each is confirmed every second, so what is not news is not told. */
  private confirm(slot: Slot): void {
    const { failure, ...part } = slot.part
    if (this.status === 'CLOSED') return
    slot.part = { ...part, kept: false, confirmedAt: this.now() }
    if (failure || part.kept) this.tell()
  }

  /** What is no text was read all the same. */
  private counted({ readHash }: Part, hash: string): Pick<Part, 'readHash'> {
    if (hash !== readHash) this.generation++
    return { readHash: hash }
  }

  private replace(slot: Slot, edit: (part: Part) => Part): void {
    if (this.status === 'CLOSED') return
    slot.part = edit(slot.part)
    this.tell()
  }

  /**
   * Puts what was judged in force. The first snapshot waits for every source; later on, sources that change together
   * (a deployment writes two files) are one snapshot, so the others are looked at first.
   */
  private async install(): Promise<void> {
    if (this.snapshot === NOTHING && !this.slots.areFilled) return
    if (this.sources.length > 1 && this.snapshot !== NOTHING)
      await (this.catchingUp ??= caughtUp(this.sources))
    this.catchingUp = undefined
    await this.queue.add(() => this.swap())
  }

  /** Swaps the snapshot whole; whoever pinned the old one keeps it. A removal that was refused may be in order by now. */
  private async swap(): Promise<void> {
    if (this.status !== 'CLOSED')
      this.generation = this.slots.letGo(this.installed, this.rules.guards, this.generation)
    const contents = this.slots.contents
    if (areSame(contents, this.installed)) return
    const before = this.snapshot
    const merged = contents.map((parts, i) => mergeTexts(parts, this.layers[i] ?? [], this.rules))
    this.installed = contents
    this.layers = merged.map(({ layers }) => layers)
    const generation = Math.max(...this.slots.all.map((part) => part.generation))
    const after = new Snapshot(generation, hashOf(contents.flat()), this.now(), this.layers.flat())
    const change = before === NOTHING ? undefined : await unhurried(changeBetween(before, after))
    if (this.status === 'CLOSED') return
    this.clashes = merged.flatMap(({ problems }) => problems)
    this.snapshot = after
    if (change) this.listener.change(change)
    this.looking.start(this.lookAtUnseen())
  }

  /** What was accepted without a look is looked at when nothing waits for it, so that what is odd is told before it is asked. */
  private *lookAtUnseen(): Generator<void, void> {
    for (const slot of this.slots.each) {
      const { part } = slot
      const found = yield* findUnseen(part, this.rules)
      // A newer content has been judged meanwhile; it is looked at once it is in force.
      if (found.size === 0 || slot.part.items !== part.items) continue
      slot.part = { ...slot.part, found }
      this.tell()
    }
  }

  /** Tells each problem once while it lasts, and each change of status once. */
  private tell(): void {
    if (this.status === 'CLOSED') return
    const before = new Problems(this.problems)
    const since = { generation: this.generation, since: this.now() }
    const fresh: Problem[] = []
    this.problems = [...this.slots.all.flatMap(problemsOf), ...this.clashes].map((problem) => {
      const old = before.take(problem)
      const dated = {
        ...since,
        ...problem,
        ...(old && {
          generation: old.generation ?? since.generation,
          since: old.since ?? since.since,
        }),
      }
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
    const parts = this.slots.all
    const failing = this.problems.find((problem) => parts.some((part) => isWhole(problem, part)))
    if (failing && this.status !== 'STALE') {
      this.status = 'STALE'
      this.listener.stale(failing)
    } else if (
      !failing &&
      this.status !== 'READY' &&
      this.isInstalled &&
      !parts.some((part) => part.kept)
    ) {
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
  problem.source === source &&
  (problem.code === failure?.code || problem.code === refused?.code) &&
  problem.feature === undefined

const without = (warnings: readonly SourceProblem[], code: string): readonly SourceProblem[] =>
  warnings.filter((warning) => warning.code !== code)

/** Resolves when every source has handed over what it has, or hangs. */
async function caughtUp(sources: readonly Pick<Source, 'catchUp'>[]): Promise<void> {
  const all = Promise.allSettled(sources.map(async (source) => source.catchUp?.()))
  await withinTime<unknown>(all, LONGEST_CATCH_UP_MS, () => undefined, { keepAlive: true })
}

/** Whether two lists of parts have the same features, each source for itself. */
function areSame(
  some: readonly (readonly Part[])[],
  others: readonly (readonly Part[])[],
): boolean {
  const sameParts = (a: readonly Part[], b: readonly Part[] = []): boolean =>
    a.length === b.length &&
    a.every(({ source, items }, i) => items === b[i]?.items && source === b[i].source)
  return some.length === others.length && some.every((parts, i) => sameParts(parts, others[i]))
}

function failInside(slot: Slot, hash: string, error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error)
  const message = `liveflag failed to judge this content (${reason}); what was in force stays; please report it with the file`
  slot.part = {
    ...slot.part,
    readHash: hash,
    refused: { code: 'internal', severity: 'error', message },
  }
  return 'rejected'
}

function hashOf(parts: readonly Part[]): string {
  const hashes = parts.map((part) => part.hash ?? '')
  return hashes.length === 1
    ? hashes.join('')
    : createHash('sha256').update(hashes.join('\n')).digest('hex')
}
