import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { reasonOf } from '../core/errors'
import { badOption, isText, objectWith } from '../core/options'
import type {
  Content,
  Outcome,
  PartSink,
  ReadText,
  Sink,
  Source,
  SourceProblem,
  TextSink,
  WatchState,
} from '../core/source'
import { Alarm } from '../runtime/alarm'
import { type BackOff, backOffMs } from '../runtime/back-off'
import { SerialQueue } from '../runtime/serial-queue'
import { withinTime } from '../runtime/wait'
import { contentHash } from './bytes'
import { readContents, type StoredContent, writeContents } from './last-good-file'

/** A disk that hangs does not hold up the end. */
const MOST_CLOSING_MS = 1000
/** Contents in a row with a refused entry; of more, the newest ones count. */
const MOST_CONTENTS = 8
/** Between tries to write what could not be written: the disk may have room again. */
const PAUSES: BackOff = { firstMs: 1000, longestMs: 60_000 }

const SOURCE = objectWith(['open', 'check', 'close'], 'a source, such as file(path)')

/**
 * A source whose last good is stored in a directory, one file for each of its texts, so that a
 * process that starts while the live config is broken answers like those that were running before:
 * a refused entry has its last good version, and a text that is refused or missing as a whole is
 * replaced by the last good one, STALE. A warning names the time that it is from. Meant for `file`
 * and `directory`; `http` and `growthbook` have `cache`.
 *
 * @param directory made when it is missing; processes may share it
 * @example
 * const source = lastGood(file('config/live.yaml'), '/var/cache/my-app')
 * const features = await openFeatures({ source })
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION when there is no source or no directory
 */
export function lastGood(source: Source, directory: string): Source {
  if (!SOURCE.fits(source)) throw badOption('lastGood', 'the source', source, SOURCE.wanted)
  if (!isText(directory) || directory === '')
    throw badOption('lastGood', 'the directory', directory, 'the path of a directory')
  return new StoredSource(source, directory)
}

class StoredSource implements Source {
  readonly isOverride?: true
  readonly isOnDisk?: true
  readonly read?: (text: string) => ReadText
  private texts: StoredText[] = []

  constructor(
    private readonly inner: Source,
    private readonly directory: string,
  ) {
    if (inner.isOverride) this.isOverride = true
    if (inner.isOnDisk) this.isOnDisk = true
    if (inner.read) this.read = (text) => inner.read?.(text) ?? { content: { text } }
  }

  get name(): string {
    return this.inner.name
  }

  get watch(): WatchState {
    return this.inner.watch
  }

  async open(sink: Sink): Promise<void> {
    const own = this.text(this.name, sink)
    this.texts = [own]
    await own.replay()
    await this.inner.open({
      ...sinkOf(own),
      ...(sink.metrics ? { metrics: sink.metrics } : {}),
      part: (name) => this.part(name, sink.part(name)),
    })
    await Promise.all(this.texts.map((text) => text.replay()))
  }

  check(): Promise<void> {
    return this.inner.check()
  }

  async catchUp(): Promise<void> {
    await this.inner.catchUp?.()
  }

  async close(): Promise<void> {
    await this.inner.close()
    const idle = Promise.all(this.texts.map((text) => text.end()))
    await withinTime<unknown>(idle, MOST_CLOSING_MS, () => undefined)
  }

  private part(name: string, sink: PartSink): PartSink {
    const text = this.text(name, sink)
    this.texts.push(text)
    const removed = async (): Promise<void> => {
      this.texts = this.texts.filter((other) => other !== text)
      await text.forget()
      await sink.removed()
    }
    return { ...sinkOf(text), removed }
  }

  private text(name: string, sink: TextSink): StoredText {
    const file = `${basename(name)}.${contentHash(name).slice(0, 16)}.json`
    return new StoredText(name, join(this.directory, file), sink)
  }
}

const sinkOf = (text: StoredText): TextSink => ({
  content: (content) => text.content(content),
  confirmed: () => text.sink.confirmed(),
  failed: (problem, hash) => text.failed(problem, hash),
  warn: (problem) => text.sink.warn(problem),
  unwarn: (code) => text.sink.unwarn(code),
})

/**
 * One text and its file. What is stored is the newest content without a refused entry, and those
 * after it: judged in this order, they leave in force what a running process has in force.
 */
class StoredText {
  private contents: readonly StoredContent[] = []
  private replaying: Promise<void> | undefined
  private isReady = false
  private isEnded = false
  /** What is in force may be of an earlier process. */
  private isReplayed = false
  /** Writes in a row that failed. */
  private failures = 0
  private readonly writes = new SerialQueue()
  private readonly nextTry = new Alarm(() => this.store())

  constructor(
    private readonly name: string,
    private readonly path: string,
    readonly sink: TextSink,
  ) {}

  /** Puts in force what the file holds, once. */
  replay(): Promise<void> {
    return (this.replaying ??= this.readAndReplay().finally(() => (this.isReady = true)))
  }

  async content(content: Content): Promise<Outcome> {
    await this.replay()
    const outcome = await this.sink.content({
      ...content,
      judged: (isWhole) => this.judged(content, isWhole),
    })
    if (outcome === 'unchanged' && this.contents.length === 1) this.isReplayed = false
    if (outcome === 'rejected' || outcome === 'unchanged') this.warnOfReplay()
    return outcome
  }

  failed(problem: SourceProblem, hash: string | undefined): void {
    const pass = (): void => {
      this.sink.failed(problem, hash)
      this.warnOfReplay()
    }
    if (this.isReady) pass()
    else void this.replay().then(pass)
  }

  /** The text is gone: should another one come under its name, it has nothing to hold back from. */
  forget(): Promise<void> {
    this.contents = []
    void this.writes.add(() => rm(this.path, { force: true }).catch(() => undefined))
    return this.end()
  }

  /** Resolves when nothing is being written. */
  end(): Promise<void> {
    this.nextTry.clear()
    this.isEnded = true
    return this.writes.idle()
  }

  private async readAndReplay(): Promise<void> {
    try {
      this.contents = await readContents(this.path)
    } catch (error) {
      this.warn(
        `${this.path}, the last good of ${this.name}, cannot be used: ${reasonOf(error)}; delete it`,
      )
      return
    }
    for (const { at, ...content } of this.contents)
      await this.sink.content({ ...content, settled: true, confirmedAt: Math.min(at, Date.now()) })
    this.isReplayed = this.contents.length > 0
  }

  private judged({ text, hash, format, dialect, decrypted }: Content, isWhole: boolean): void {
    if (!isWhole) this.warnOfReplay()
    else if (this.isReplayed) {
      this.isReplayed = false
      this.sink.unwarn('bad-cache')
    }
    // What was decrypted is a secret of its source.
    if (decrypted !== undefined) return
    const content = { text, hash, format, ...(dialect && { dialect }), at: Date.now() }
    const before = isWhole ? [] : this.contents.filter((stored) => stored.hash !== hash)
    const [first, ...later] = [...before, content]
    this.contents = [first ?? content, ...later.slice(1 - MOST_CONTENTS)]
    this.store()
  }

  private store(): void {
    void this.writes.add(() => this.write(this.contents))
  }

  private async write(contents: readonly StoredContent[]): Promise<void> {
    // A newer one is to be written after this one.
    if (contents !== this.contents) return
    try {
      await writeContents(this.path, contents)
      if (this.failures > 0 && !this.isReplayed) this.sink.unwarn('bad-cache')
      this.failures = 0
    } catch (error) {
      this.failures++
      if (!this.isEnded) this.nextTry.set(backOffMs(PAUSES, this.failures))
      this.warn(
        `the last good of ${this.name} cannot be stored in ${this.path}: ${reasonOf(error)}; give this process the right to write there, or make room`,
      )
    }
  }

  private warnOfReplay(): void {
    const [oldest] = this.contents
    if (!this.isReplayed || oldest === undefined) return
    this.warn(
      `${this.name} was refused at start, or an entry of it, so what is in force in its place is held back from ${new Date(oldest.at).toISOString()}, as stored in ${this.path}; correct ${this.name}`,
    )
  }

  private warn(message: string): void {
    this.sink.warn({ code: 'bad-cache', severity: 'warning', message })
  }
}
