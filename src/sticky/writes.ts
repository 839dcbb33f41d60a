import { LiveflagError } from '../core/errors'
import type { StickyDocument, StickyService } from '../core/sticky'
import { retry } from '../runtime/back-off'
import { answerInTime, called, mayPass } from './service-call'
import { merged } from './wanted'

type Tell = (error: unknown) => void

/** A document on its way. */
interface Writing {
  document: StickyDocument
  /** What came while it was being written. */
  next: StickyDocument | undefined
  readonly done: Promise<void>
  tell: Tell
}

const MOST_TRIES = 4
const PAUSES = { firstMs: 100, longestMs: 400, least: 1 }
const TIMEOUT_MS = 5000
/** Documents that wait while a service is away; there must be an end to it. */
const MOST_WAITING = 10_000

/**
 * Writes documents without anybody waiting: one write of a document at a time, what comes meanwhile
 * as one more, and a failed one a few times again. The first try happens before `save` returns,
 * while a response can still take a cookie.
 */
export class Writes {
  private readonly writing = new Map<string, Writing>()

  constructor(
    private readonly service: StickyService,
    private readonly onSave: () => void,
  ) {}

  save(key: string, document: StickyDocument, tell: Tell): void {
    this.onSave()
    const running = this.writing.get(key)
    if (running) {
      running.next = merged(running.next, document)
      running.tell = tell
    } else if (this.writing.size >= MOST_WAITING) {
      tell(
        new LiveflagError(
          'LIVEFLAG_NOT_RECORDED',
          `a sticky assignment was dropped: ${MOST_WAITING} documents wait for the sticky service already; look after its store`,
        ),
      )
    } else {
      this.start(key, document, tell)
    }
  }

  /** A document with what is still on its way. */
  laidOver(key: string, document: StickyDocument | undefined): StickyDocument | undefined {
    const running = this.writing.get(key)
    if (!running) return document
    const written = merged(document, running.document)
    return running.next ? merged(written, running.next) : written
  }

  async idle(): Promise<void> {
    while (this.writing.size > 0)
      await Promise.all([...this.writing.values()].map(({ done }) => done))
  }

  private start(key: string, document: StickyDocument, tell: Tell): void {
    let ended = (): void => undefined
    const done = new Promise<void>((resolve) => (ended = resolve))
    const writing: Writing = { document, next: undefined, tell, done }
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
      writing.document = next
      writing.next = undefined
    }
  }

  private async write(writing: Writing): Promise<void> {
    const save = (): Promise<unknown> =>
      answerInTime(
        called(() => this.service.saveAssignments(writing.document)),
        { ms: TIMEOUT_MS, what: 'save a document', keepAlive: false },
      )
    try {
      await retry(save, (error, failures) => failures < MOST_TRIES && mayPass(error), PAUSES)
    } catch (error) {
      writing.tell(error)
    }
  }
}
