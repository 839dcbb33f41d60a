import { messageOf } from '../../core/errors'
import type { Problem } from '../../core/problem'
import type { Compat } from '../../core/selector'
import type { Content, Format, Outcome, Sink, SourceProblem } from '../../core/source'
import { type Allowed, type Judged, judge } from '../../fleet/judge'
import { SerialQueue } from '../../runtime/serial-queue'
import { wallClock } from '../../runtime/timers'
import { isSame, type SyncProblem, type SyncState, type SyncStatus, timeText } from './status'
import type { SyncedFile } from './synced-file'

/** What happens, for those who print it. */
export interface SyncEvents {
  /** A text was put into the file. */
  wrote(status: SyncStatus): void
  /** Somebody else had changed the file. */
  putBack(status: SyncStatus): void
  /** The state, or the problem, is another one. */
  became(status: SyncStatus): void
  warned(problem: SyncProblem): void
}

export interface FollowerOptions {
  readonly from: string
  readonly format: Format
  readonly compat?: Compat
  readonly allow: readonly Allowed[]
}

/** A content, and the generation that it is of while that is tried. */
interface Said {
  readonly content: Content
  readonly generation: number | null
  /** The text in whose place it is tried. */
  readonly published: string | undefined
}

/**
 * Takes what a source says, and puts what is good into a file. What is bad, or has lost more than a
 * third of the features, leaves the file as it is.
 */
export class Follower {
  private readonly queue = new SerialQueue()
  private state: SyncState = 'waiting'
  private problem: SyncProblem | null = null
  private features = 0
  private confirmedAt: number | undefined
  /** Why what the source says now is not in the file. */
  private refused: SyncProblem | undefined
  /** What could not be written; it is tried again. */
  private unwritten: Said | undefined
  /** The number of what the source says, if it is only tried. */
  private generation: number | null = null
  private published: string | undefined

  constructor(
    private readonly file: SyncedFile,
    private readonly options: FollowerOptions,
    private readonly events: SyncEvents,
  ) {}

  /** Reads what is in the file: it counts until the source says otherwise. */
  async begin(): Promise<void> {
    // What was tried when the last process ended may be what is bad.
    await this.file.endStage(() => this.status).catch(() => undefined)
    const { content } = this.file
    if (content !== undefined) {
      const { features, problems } = await this.judged(content)
      if (!problems.some(isError)) this.features = features
      this.confirmedAt = this.file.confirmedBefore
      this.state = 'stale'
      this.problem = { code: 'unread', message: 'the source has not been read yet' }
    }
    await this.file.writeStatus(this.status)
  }

  get status(): SyncStatus {
    const { hash, generation, writtenAt, staged } = this.file.facts
    const now = wallClock()
    return {
      file: this.file.path,
      from: this.options.from,
      state: this.state,
      generation,
      hash,
      features: this.features,
      staged,
      writtenAt: timeText(writtenAt),
      confirmedAt: timeText(this.confirmedAt),
      ageSeconds:
        this.confirmedAt === undefined ? null : Math.max(0, (now - this.confirmedAt) / 1000),
      problem: this.problem,
      at: new Date(now).toISOString(),
      pid: process.pid,
    }
  }

  get isFresh(): boolean {
    return this.state === 'fresh'
  }

  /** Whether the file is there and has a feature, and was confirmed at most so long ago. */
  isReady(maxAgeMs: number): boolean {
    if (this.file.facts.hash === null || this.features === 0) return false
    if (maxAgeMs === Infinity) return true
    return this.confirmedAt !== undefined && wallClock() - this.confirmedAt <= maxAgeMs
  }

  /** The source says a generation that is only tried, from now on; null: what is published. */
  readonly try = (generation: number | null, published?: string): void => {
    this.generation = generation
    this.published = published
  }

  /** For the source to report to. */
  get sink(): Sink {
    const text = {
      content: (content: Content): Promise<Outcome> => {
        const { generation, published } = this
        return this.queue.add(() => this.take({ content, generation, published }))
      },
      confirmed: (): void => {
        const { generation } = this
        void this.queue.add(() => this.confirm(wallClock(), generation))
      },
      failed: (problem: SourceProblem): void => void this.queue.add(() => this.fail(problem)),
      warn: (problem: SourceProblem): void => this.events.warned(problem),
      unwarn: (): void => undefined,
    }
    const many = (): void =>
      void this.queue.add(() =>
        this.fail({
          code: 'unusable',
          message: 'the source has several texts; a file takes one',
        }),
      )
    const part = {
      ...text,
      content: async (): Promise<Outcome> => (many(), 'rejected'),
      removed: async (): Promise<void> => undefined,
    }
    return { ...text, part: () => part }
  }

  /** Writes the status anew, and the file when somebody else has changed it. */
  beat(): Promise<void> {
    return this.queue.add(async () => {
      const { unwritten } = this
      if (unwritten) return void (await this.take(unwritten))
      try {
        if (await this.file.putBack(() => this.status)) this.events.putBack(this.status)
        await this.file.writeStatus(this.status)
      } catch (error) {
        this.become('unwritable', notWritten(error))
      }
    })
  }

  /** Says that nobody follows the source from now on. What was tried does not stay. */
  end(): Promise<void> {
    return this.queue.add(async () => {
      await this.file.endStage(() => this.status).catch(() => undefined)
      this.state = 'stopped'
      await this.file.writeStatus(this.status).catch(() => undefined)
    })
  }

  private async take(said: Said): Promise<Outcome> {
    const { content, generation } = said
    const before = this.file.content
    const refusal = await this.refusalOf(content)
    // Its writer is still busy: it is read again.
    if (refusal && !content.settled) return 'passed-over'
    if (refusal) {
      content.judged?.(false)
      this.refused = refusal
      this.unwritten = undefined
      await this.becomeIn('held', refusal)
      return 'rejected'
    }
    try {
      const kept = await this.firstPublished(said)
      await this.file.put(content.text, () => this.status, generation, kept)
    } catch (error) {
      this.unwritten = said
      this.become('unwritable', notWritten(error))
      return 'rejected'
    }
    this.refused = undefined
    this.unwritten = undefined
    content.judged?.(true)
    if (before !== content.text) this.events.wrote(this.status)
    await this.confirm(content.confirmedAt ?? wallClock(), generation)
    return before === content.text ? 'unchanged' : 'installed'
  }

  private async refusalOf(content: Content): Promise<SyncProblem | undefined> {
    if (content.decrypted)
      return {
        code: 'unusable',
        message: 'the source decrypts its text, which is not written to a file',
      }
    const { features, problems, refusals } = await this.judged(content.text, this.file.published)
    for (const problem of problems) content.found?.(problem)
    const refusal = refusals.find(({ code }) => !this.options.allow.some((one) => one === code))
    if (refusal === undefined) this.features = features
    else if (refusal.code === 'shrink')
      content.found?.({ code: 'would-remove-many', severity: 'error', message: refusal.message })
    return refusal?.code === 'problems' ? problemOf(problems, refusal.message) : refusal
  }

  /** Where there is no file before a text is tried: what it goes back to, if it is good. */
  private async firstPublished({ published }: Said): Promise<string | undefined> {
    if (published === undefined || this.file.content !== undefined) return undefined
    const { refusals } = await this.judged(published)
    return refusals.length === 0 ? published : undefined
  }

  private judged(text: string, before?: string): Promise<Judged> {
    const { format, compat, from } = this.options
    return judge(text, before, { format, ...(compat && { compat }), name: from })
  }

  /** What the source says now is what it said last. */
  private async confirm(at: number, generation: number | null): Promise<void> {
    if (this.unwritten) return
    if (this.refused) return this.becomeIn('held', this.refused)
    const { hash, staged } = this.file.facts
    if (hash === null) return
    const { content } = this.file
    // What was tried is published now.
    if (staged !== null && generation === null && content !== undefined)
      await this.file.put(content, () => this.status, null)
    this.confirmedAt = at
    await this.becomeIn('fresh', null)
  }

  private fail({ code, message, line, column }: SyncProblem): Promise<void> {
    const place = { ...(line && { line }), ...(column && { column }) }
    const state = this.file.facts.hash === null ? 'waiting' : 'stale'
    return this.becomeIn(state, { code, message, ...place })
  }

  private async becomeIn(state: SyncState, problem: SyncProblem | null): Promise<void> {
    if (!this.become(state, problem)) return
    await this.file.writeStatus(this.status).catch(() => undefined)
  }

  private become(state: SyncState, problem: SyncProblem | null): boolean {
    const isNew = this.state !== state || !isSame(this.problem, problem)
    this.state = state
    this.problem = problem
    if (isNew) this.events.became(this.status)
    return isNew
  }
}

const isError = ({ severity }: Problem): boolean => severity === 'error'

/** The first error, with its place. */
function problemOf(problems: readonly Problem[], message: string): SyncProblem {
  const first = problems.find(isError)
  if (!first) return { code: 'problems', message }
  const { code, line, column, feature } = first
  const place = { ...(line && { line }), ...(column && { column }), ...(feature && { feature }) }
  return { code, message: first.message, ...place }
}

const notWritten = (error: unknown): SyncProblem => ({
  code: 'not-written',
  message: `the file cannot be written (${messageOf(error)})`,
})
