import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { LiveflagError, messageOf } from '../../../core/errors'
import { badOption } from '../../../core/options'
import type { Stored } from '../tables'
import type { Failure, Order, Report } from './messages'

export interface WriteThreadSettings {
  /** The file beside this one that the thread runs, without its ending. */
  readonly file: 'sqlite-thread' | 'postgres-thread'
  /** What that file makes its connection of. */
  readonly connection: object
  /** Smaller writes are not for the thread. */
  readonly fromRows: number
  /** Whose rows they are, in the words of a log line. */
  readonly store: string
}

/** Who waits for an order. */
interface Waiting {
  readonly done: () => void
  readonly failed: (reason: Error) => void
}

/**
 * Writes rows in a thread with a connection of its own, so that neither statements nor commits hold
 * up this one. The thread starts with the first write that is for it, is started anew after it has
 * died, and keeps the process alive only while it is at work. Where none can be started it takes
 * nothing, and says so once.
 */
export class WriteThread {
  private worker: Worker | undefined
  private starting: Promise<boolean> | undefined
  private cannotStart = false
  private orders = 0
  private readonly waiting = new Map<number, Waiting>()

  constructor(private readonly settings: WriteThreadSettings) {}

  /** False: this write is not for the thread. To be awaited before `write`. */
  async takes({ decisions, exposures, usages, conversions }: Stored): Promise<boolean> {
    if (
      this.cannotStart ||
      decisions.length + exposures.length + usages.length + conversions.length <
        this.settings.fromRows
    )
      return false
    return (this.starting ??= this.started())
  }

  /**
   * One transaction. Fails as the driver does, and when the thread dies: whether the rows are there
   * is then not known.
   */
  write(rows: Stored): Promise<void> {
    return new Promise((done, failed) => {
      const { worker } = this
      if (!worker) return failed(ended('it is started anew for the next write'))
      const id = this.orders++
      this.waiting.set(id, { done, failed })
      worker.ref()
      worker.postMessage({ id, rows } satisfies Order)
    })
  }

  /** To be called when no write is under way. */
  async close(): Promise<void> {
    const { worker } = this
    if (!worker) return
    await new Promise((gone) => {
      worker.once('exit', gone)
      worker.ref()
      worker.postMessage('end' satisfies Order)
    })
  }

  /** False: there can be no thread. */
  private started(): Promise<boolean> {
    return new Promise((settled) => {
      let isReady = false
      let reason: unknown = 'it ended by itself'
      const gone = (why: unknown): void => {
        if (!isReady) this.giveUp(why)
        this.lost(why)
        settled(false)
      }
      try {
        const worker = workerOf(this.settings)
        worker.on('message', (report: Report) => {
          if (report !== 'ready') this.settle(report)
          if (this.waiting.size === 0) worker.unref()
          isReady = true
          settled(true)
        })
        worker.on('error', (error) => (reason = error))
        worker.on('exit', () => gone(reason))
        this.worker = worker
      } catch (error) {
        gone(error)
      }
    })
  }

  private settle({ id, failure }: Exclude<Report, 'ready'>): void {
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    if (failure) waiting?.failed(errorOf(failure))
    else waiting?.done()
  }

  /** Whoever waits must try again. */
  private lost(reason: unknown): void {
    const waiting = [...this.waiting.values()]
    this.waiting.clear()
    this.worker = undefined
    this.starting = undefined
    for (const { failed } of waiting) failed(ended(reason))
  }

  private giveUp(reason: unknown): void {
    this.cannotStart = true
    const message = `${this.settings.store}: no thread can be started (${messageOf(reason)}), so rows are written between requests; if that is as it should be, set threadFromRows to Infinity`
    process.emitWarning(new LiveflagError('LIVEFLAG_NO_THREAD', message, { cause: reason }))
  }
}

/**
 * The sources, which tests run, start the thread that was built of them: to transpile them takes a
 * thread seconds.
 */
const DIRECTORY =
  extname(__filename) === '.ts'
    ? join(__dirname, '../../../../dist/recording/sql/thread')
    : __dirname

const workerOf = ({ file, connection: workerData }: WriteThreadSettings): Worker =>
  new Worker(join(DIRECTORY, `${file}.js`), { workerData })

const ended = (reason: unknown): Error =>
  new Error(`the thread that writes is gone: ${messageOf(reason)}`, { cause: reason })

/** As the driver threw it, for all that is asked of it. */
const errorOf = ({ code, message }: Failure): Error => Object.assign(new Error(message), { code })

/** Undefined when no writes go to a thread. Throws LIVEFLAG_BAD_OPTION. */
export function writeThread(
  call: string,
  fromRows: number,
  settings: Omit<WriteThreadSettings, 'fromRows'>,
): WriteThread | undefined {
  if (typeof fromRows !== 'number' || !(fromRows >= 1))
    throw badOption(
      call,
      'threadFromRows',
      fromRows,
      'a number of rows from 1, or Infinity for no thread',
    )
  return fromRows === Infinity ? undefined : new WriteThread({ ...settings, fromRows })
}
