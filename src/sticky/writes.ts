import { LiveflagError } from '../core/errors'
import type { StickyDocument, StickyService } from '../core/sticky'
import { retry } from '../runtime/back-off'
import { answerInTime, called, mayPass } from './service-call'
import { merged, mergedSaves, type Save } from './wanted'

type Report = (error: unknown) => void

/** A document that is being written. */
interface Writing {
  save: Save
  /** What was saved while `save` was being written. */
  next: Save | undefined
  readonly done: Promise<void>
  report: Report
}

const MOST_TRIES = 4
const PAUSES = { firstMs: 100, longestMs: 400, least: 1 }
const TIMEOUT_MS = 5000
/** Documents that may wait while a service is unavailable. */
const MOST_WAITING = 10_000

/**
 * Writes documents in the background. A document has one write at a time; what is saved meanwhile
 * goes into the next. A failed write is tried a few times more. The first try happens before `save`
 * returns, while a response can still take a cookie.
 */
export class Writes {
  private readonly writing = new Map<string, Writing>()

  constructor(
    private readonly service: StickyService,
    private readonly onSave: () => void,
  ) {}

  save(key: string, save: Save, report: Report): void {
    this.onSave()
    const running = this.writing.get(key)
    if (running) {
      running.next = mergedSaves(running.next, save)
      running.report = report
    } else if (this.writing.size >= MOST_WAITING) {
      report(
        new LiveflagError(
          'LIVEFLAG_NOT_RECORDED',
          `a sticky assignment was dropped: ${MOST_WAITING} documents wait for the sticky service already; check its store`,
        ),
      )
    } else {
      this.start(key, save, report)
    }
  }

  /** Returns a document with the assignments that wait to be written. */
  withPending(key: string, document: StickyDocument | undefined): StickyDocument | undefined {
    const running = this.writing.get(key)
    if (!running) return document
    const written = mergedWith(document, running.save)
    return running.next ? mergedWith(written, running.next) : written
  }

  async idle(): Promise<void> {
    while (this.writing.size > 0)
      await Promise.all([...this.writing.values()].map(({ done }) => done))
  }

  private start(key: string, save: Save, report: Report): void {
    let ended = (): void => undefined
    const done = new Promise<void>((resolve) => (ended = resolve))
    const writing: Writing = { save, next: undefined, report, done }
    this.writing.set(key, writing)
    void this.run(writing).finally(() => {
      this.writing.delete(key)
      ended()
    })
  }

  private async run(writing: Writing): Promise<void> {
    for (;;) {
      await this.write(writing)
      const { next } = writing
      if (!next) return
      writing.save = next
      writing.next = undefined
    }
  }

  private async write(writing: Writing): Promise<void> {
    const { document, loaded } = writing.save
    const save = (): Promise<unknown> =>
      answerInTime(
        called(() => this.service.saveAssignments(document, loaded)),
        { ms: TIMEOUT_MS, what: 'save a document', keepAlive: false },
      )
    try {
      await retry(save, (error, failures) => failures < MOST_TRIES && mayPass(error), PAUSES)
    } catch (error) {
      writing.report(error)
    }
  }
}

const mergedWith = (
  stored: StickyDocument | undefined,
  { document, loaded }: Save,
): StickyDocument => merged(stored, document, loaded)
