import { messageOf } from '../core/errors'
import type { Problem } from '../core/problem'
import type { Selector } from '../core/selector'
import type { Content, Outcome, Sink, Source, SourceProblem, TextSink } from '../core/source'
import { SerialQueue } from '../runtime/serial-queue'
import { inSlices } from '../runtime/time-slice'
import { withinTime } from '../runtime/wait'
import { type Change, changeBetween } from './change'
import type { Semantics } from './entries/semantics'
import { NOTHING_SHARED } from './entries/shared'
import { vocabulariesOf } from './entries/vocabulary'
import type { Guards } from './guards'
import { isMadeOf, NOTHING_IN_FORCE, snapshotOf } from './in-force'
import { judgeContent } from './judge-content'
import { mostProblems } from './most-problems'
import { hasProblems, isWhole, type Part, visitProblems } from './part'
import { type ProblemListener, ProblemLog } from './problem-log'
import { Provisional } from './provisional'
import { type Slot, Slots } from './slots'
import { NOTHING, type Snapshot } from './snapshot'
import { type SourceState, sourceState } from './source-state'
import { type Tried, tryText } from './try-text'

/** Whether the content in force is the newest content of the sources. */
export type Status = 'NOT_READY' | 'READY' | 'STALE' | 'CLOSED'

/** Receives the events of the live config in order; a change after its snapshot is installed. */
export interface Listener extends ProblemListener {
  change(change: Change): void
  ready(generation: number): void
  stale(problem: Problem): void
}

/**
 * The rules for accepting contents. The definitions that features share are read from each content.
 */
export type Rules = Omit<Semantics, 'shared' | 'known'> & {
  readonly guards: Guards
  /** The selectors that an entry may have, in order of precedence. */
  readonly selectors: readonly Selector[]
}

/** How long a source that hangs, such as a lost network disk, may keep the others waiting. */
const LONGEST_CATCH_UP_MS = 500

/**
 * Joins the contents of the sources into one snapshot. Whatever turns bad keeps its last good
 * version.
 */
export class LiveConfig {
  status: Status = 'NOT_READY'
  private readonly slots: Slots
  private readonly rules: Semantics & { readonly guards: Guards }
  private readonly log: ProblemLog
  private readonly queue = new SerialQueue()
  /**
   * How many contents were read and texts removed so far; the newest content may have been refused.
   */
  private generation = 0
  private inForce = NOTHING_IN_FORCE
  private readonly provisional = new Provisional()
  private complete: (() => void) | undefined
  private catchingUp: Promise<unknown> | undefined

  constructor(
    private readonly sources: readonly Pick<Source, 'name' | 'catchUp' | 'read'>[],
    rules: Rules,
    private readonly listener: Listener,
    private readonly now: () => number,
  ) {
    this.rules = { ...rules, known: vocabulariesOf(rules.selectors), shared: NOTHING_SHARED }
    this.slots = new Slots(sources.map(({ name }) => name))
    this.log = new ProblemLog(listener)
  }

  get snapshot(): Snapshot {
    return this.inForce.snapshot
  }

  get problems(): readonly Problem[] {
    return this.log.current
  }

  /**
   * Milliseconds since every source was last read or found unchanged; undefined while one never
   * was.
   */
  get ageMs(): number | undefined {
    const oldest = Math.min(...this.slots.all.map((part) => part.confirmedAt))
    return oldest === 0 ? undefined : Math.max(0, this.now() - oldest)
  }

  /**
   * The state of each source and text. A source of several texts has a state of its own only while
   * it has a problem or no text.
   */
  get sourceStates(): readonly SourceState[] {
    return this.slots.shown.map((part) =>
      sourceState(part, this.problems, this.snapshot.loadedAt, this.now()),
    )
  }

  /** Whether every source has given content that is in force. */
  get isComplete(): boolean {
    return this.snapshot !== NOTHING
  }

  /** Calls back when content is in force for the first time. */
  onComplete(complete: () => void): void {
    this.complete = complete
  }

  /** Receives what the source with this index finds. */
  sink(index: number): Sink {
    return {
      ...this.sinkOf(this.slots.own(index)),
      part: (name) => ({
        ...this.sinkOf(this.slots.text(index, name, this.now())),
        removed: () => this.remove(index, name),
      }),
    }
  }

  /**
   * What would be in force with another text in the place of the one with this name. Nothing is
   * installed or reported. Undefined when there is no text of this name.
   */
  async trial(name: string, text: string, hash: string): Promise<Tried | undefined> {
    const { slots, rules, provisional } = this
    const found = slots.find(name)
    if (found === undefined) return undefined
    const read = this.sources[found.index]?.read?.(text) ?? { content: { text } }
    const generation = this.generation + 1
    const { inForce } = provisional
    const before = provisional.baseOf(found.slot)
    const place = { slots, slot: found.slot, before, inForce, generation, now: this.now() }
    return inSlices(tryText({ ...read, hash }, place, rules))
  }

  close(): void {
    this.status = 'CLOSED'
  }

  private sinkOf(slot: Slot): TextSink {
    return {
      content: (content) => this.receive(slot, content),
      confirmed: () => this.confirm(slot),
      failed: (failure, hash) => {
        const read = (part: Part) => (hash === undefined ? {} : this.countAsRead(part, hash))
        this.edit(slot, (part) => ({ ...part, failure, ...read(part) }))
      },
      warn: (warning) =>
        this.edit(slot, (part) => ({
          ...part,
          warnings: [...without(part.warnings, warning.code), warning],
        })),
      unwarn: (code) =>
        this.edit(slot, (part) => ({ ...part, warnings: without(part.warnings, code) })),
    }
  }

  /**
   * An error of liveflag itself does not reach the source: the last good content stays, and a
   * problem is reported.
   */
  private async receive(slot: Slot, content: Content): Promise<Outcome> {
    const { part: before } = slot
    const wasTried = this.provisional.has(slot)
    const outcome = await this.queue
      .add(() => this.judge(slot, content, before.failure))
      .catch((error: unknown) => failInside(slot, content.hash, error))
    // What was only tried leaves, also where what comes is refused.
    if (outcome === 'installed' || wasTried) await this.install()
    // Each of ten thousand files that come at the start would look through the problems of all.
    if (this.isComplete || hasProblems(before) || hasProblems(slot.part)) this.report()
    return outcome
  }

  /**
   * `failure` is the problem that the source had when it sent this content; a problem that it
   * reported later stays.
   */
  private async judge(slot: Slot, content: Content, failure: Part['failure']): Promise<Outcome> {
    const before = slot.part
    const isRead = content.hash === before.readHash
    const generation = isRead ? this.generation : this.generation + 1
    const base = isRead ? before : this.provisional.baseOf(slot)
    const { outcome, part } = await inSlices(
      judgeContent(content, base, { ...this.rules, generation }),
    )
    if (this.status === 'CLOSED' || outcome === 'passed-over') return outcome
    this.generation = generation
    this.provisional.judged(slot, before, content)
    // What the source reported meanwhile stays.
    const { warnings, failure: later } = slot.part
    const kept = content.confirmedAt !== undefined
    const { format, dialect } = content
    const written = { format, ...(dialect && { dialect }) }
    const confirmedAt = content.confirmedAt ?? this.now()
    const judged = {
      ...part,
      ...newIn(part, before, generation),
      written,
      warnings,
      kept,
      confirmedAt,
    }
    slot.part = later && later !== failure ? { ...judged, failure: later } : judged
    if (outcome === 'installed') content.judged?.(isWhole(part))
    if (content.found) visitProblems(part, content.found)
    return outcome === 'unchanged' && part.items !== before.items ? 'installed' : outcome
  }

  /**
   * Removes a text after everything that was reported before it is done: the same text may be back
   * under another name.
   */
  private async remove(index: number, name: string): Promise<void> {
    if (await this.queue.add(() => this.slots.markRemoved(index, name))) await this.install()
    this.report()
  }

  /**
   * Reports only when something changed, because each of a thousand files is confirmed every
   * second.
   */
  private confirm(slot: Slot): void {
    const { failure, ...part } = slot.part
    if (this.status === 'CLOSED') return
    slot.part = { ...part, kept: false, confirmedAt: this.now() }
    if (failure || part.kept) this.report()
  }

  /** Bytes that are no text get a generation, as any content does. */
  private countAsRead({ readHash }: Part, hash: string): Pick<Part, 'readHash'> {
    if (hash !== readHash) this.generation++
    return { readHash: hash }
  }

  private edit(slot: Slot, edit: (part: Part) => Part): void {
    if (this.status === 'CLOSED') return
    slot.part = edit(slot.part)
    this.report()
  }

  /**
   * Installs what was accepted. The first snapshot waits for every source. Later, sources that
   * change together, such as two files of one deployment, are one snapshot, so the other sources
   * are checked first.
   */
  private async install(): Promise<void> {
    if (!this.isComplete && !this.slots.areFilled) return
    if (this.sources.length > 1 && this.isComplete)
      await (this.catchingUp ??= caughtUp(this.sources))
    this.catchingUp = undefined
    await this.queue.add(() => this.installSnapshot())
  }

  /**
   * Installs a snapshot; a request that has the old one keeps it. Removals that were refused are
   * tried again.
   */
  private async installSnapshot(): Promise<void> {
    const { inForce: before, rules } = this
    if (this.status !== 'CLOSED')
      this.generation = this.slots.removeMarked(before.parts, rules.guards, this.generation)
    const parts = this.slots.contents
    const { inForce: held } = this.provisional
    if (isMadeOf(before, parts)) return this.provisional.installed(before)
    const generation = Math.max(...this.slots.all.map((part) => part.generation))
    const after = await inSlices(snapshotOf(parts, held, rules, generation, this.now()))
    const change = this.isComplete
      ? await inSlices(changeBetween(before.snapshot, after.snapshot))
      : undefined
    if (this.status === 'CLOSED') return
    this.inForce = after
    this.provisional.installed(after)
    if (change) this.listener.change(change)
  }

  /** Reports each new problem once, and each change of status once. */
  private report(): void {
    if (this.status === 'CLOSED') return
    const problems = mostProblems(this.slots.all, this.inForce.clashes)
    this.log.update(problems, { generation: this.generation, since: this.now() })
    this.reportStatus()
  }

  /** READY waits until a content that was stored in an earlier run is confirmed. */
  private reportStatus(): void {
    if (!this.isComplete) return
    this.complete?.()
    const parts = this.slots.all
    const failing =
      this.problems.find((problem) => parts.some((part) => isOfText(problem, part))) ??
      this.inForce.notOverriding[0]
    const isCurrent =
      isMadeOf(this.inForce, this.slots.contents) && !parts.some((part) => part.kept)
    if (failing && this.status !== 'STALE') {
      this.status = 'STALE'
      this.listener.stale(failing)
    } else if (!failing && this.status !== 'READY' && isCurrent) {
      this.status = 'READY'
      this.listener.ready(this.snapshot.generation)
    }
  }
}

/** A content that comes back is new in the place of one that was only tried. */
const newIn = (part: Part, before: Part, generation: number): Partial<Part> =>
  part.items !== before.items && part.hash !== undefined ? { generation } : {}

/** Whether a problem concerns the text as a whole. */
const isOfText = (problem: Problem, { source, failure, refused }: Part): boolean =>
  problem.source === source &&
  (problem.code === failure?.code || problem.code === refused?.code) &&
  problem.feature === undefined

const without = (warnings: readonly SourceProblem[], code: string): readonly SourceProblem[] =>
  warnings.filter((warning) => warning.code !== code)

/** Resolves when every source has handed over its changes, or hangs. */
async function caughtUp(sources: readonly Pick<Source, 'catchUp'>[]): Promise<void> {
  const all = Promise.allSettled(sources.map(async (source) => source.catchUp?.()))
  await withinTime<unknown>(all, LONGEST_CATCH_UP_MS, () => undefined, { keepAlive: true })
}

function failInside(slot: Slot, hash: string, error: unknown): Outcome {
  const message = `liveflag failed to judge this content (${messageOf(error)}); what was in force stays; please report it with the file`
  const refused = { code: 'internal', severity: 'error', message } as const
  slot.part = { ...slot.part, readHash: hash, refused }
  return 'rejected'
}
