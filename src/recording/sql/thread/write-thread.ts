import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { LiveflagError, messageOf } from '../../../core/errors'
import { badOption } from '../../../core/options'
import type { Stored } from '../tables'
import {
  type Failure,
  type LastWrite,
  type Order,
  type Report,
  type Start,
  WRITTEN,
} from './messages'

export interface WriteThreadSettings {
  /** The file beside this one that the thread runs, without its ending. */
  readonly file: 'sqlite-thread' | 'postgres-thread'
  /** The settings that it connects with. */
  readonly connection: object
  /** Writes of fewer rows do not go to the thread. */
  readonly fromRows: number
  /** The name of the store, for messages. */
  readonly store: string
}

/** A caller that waits for an order. */
interface Waiting {
  readonly done: () => void
  readonly failed: (reason: Error) => void
}

/**
 * Writes rows in a thread with its own connection, so that neither statements nor commits hold up
 * this one. The thread starts with the first write that is large enough, is replaced after it has
 * died, and keeps the process alive only while it works. Where no thread can be started, `takes`
 * returns false and a process warning is emitted once.
 */
export class WriteThread {
  private worker: Worker | undefined
  private starting: Promise<boolean> | undefined
  private cannotStart = false
  private orders = 0
  private readonly waiting = new Map<number, Waiting>()

  constructor(private readonly settings: WriteThreadSettings) {}

  /** Whether the thread takes this write. Await it before `write`. */
  async takes({ configs, decisions, exposures, usages, conversions }: Stored): Promise<boolean> {
    if (
      this.cannotStart ||
      configs.length + decisions.length + exposures.length + usages.length + conversions.length <
        this.settings.fromRows
    )
      return false
    return (this.starting ??= this.started())
  }

  /**
   * Writes rows in one transaction. Rejects with the driver's error, or when the thread dies; it is
   * then unknown whether the rows are stored.
   */
  write(rows: Stored): Promise<void> {
    return new Promise((done, failed) => {
      const { worker } = this
      if (!worker) return failed(ended('the next write starts another'))
      const id = this.orders++
      this.waiting.set(id, { done, failed })
      worker.ref()
      worker.postMessage({ id, rows } satisfies Order)
    })
  }

  /**
   * Writes rows while this thread waits, for at most `ms`. Another thread does it, which starts even
   * when the process is about to end. Returns whether they were written.
   */
  writeAtExit(rows: Stored, ms: number): boolean {
    const done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const { file, connection } = this.settings
    try {
      workerOf({ file, connection: { ...connection, busyTimeoutMs: ms } }, { rows, done })
      Atomics.wait(done, 0, 0, ms)
    } catch {
      // No thread can be started.
    }
    return done[0] === WRITTEN
  }

  /** Ends the thread. Call it when no write is in progress. */
  async close(): Promise<void> {
    const { worker } = this
    if (!worker) return
    await new Promise((gone) => {
      worker.once('exit', gone)
      worker.ref()
      worker.postMessage('end' satisfies Order)
    })
  }

  /** Resolves to false when no thread can be started. */
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

  /** Rejects the writes in progress; their callers may try again. */
  private lost(reason: unknown): void {
    const waiting = [...this.waiting.values()]
    this.waiting.clear()
    this.worker = undefined
    this.starting = undefined
    for (const { failed } of waiting) failed(ended(reason))
  }

  private giveUp(reason: unknown): void {
    this.cannotStart = true
    const message = `${this.settings.store}: no thread can be started (${messageOf(reason)}), so rows are written on the main thread; if that is intended, set threadFromRows to Infinity`
    process.emitWarning(new LiveflagError('LIVEFLAG_NO_THREAD', message, { cause: reason }))
  }
}

/**
 * Tests run the sources, and start the built thread: transpiling the sources would take it seconds.
 */
const DIRECTORY =
  extname(__filename) === '.ts'
    ? join(__dirname, '../../../../dist/recording/sql/thread')
    : __dirname

const workerOf = (
  { file, connection }: Pick<WriteThreadSettings, 'file' | 'connection'>,
  last?: LastWrite,
): Worker => {
  const workerData: Start<object> = { settings: connection, ...(last && { last }) }
  return new Worker(join(DIRECTORY, `${file}.js`), { workerData })
}

const ended = (reason: unknown): Error =>
  new Error(`the thread that writes has ended: ${messageOf(reason)}`, { cause: reason })

/** The driver's error, as far as callers read it. */
const errorOf = ({ code, message }: Failure): Error =>
  code === 'LIVEFLAG_STORE_UNAVAILABLE'
    ? new LiveflagError(code, message)
    : Object.assign(new Error(message), { code })

/** Throws LIVEFLAG_BAD_OPTION. */
export function writeThread(
  call: string,
  fromRows: number,
  settings: Omit<WriteThreadSettings, 'fromRows'>,
): WriteThread {
  if (typeof fromRows !== 'number' || !(fromRows >= 1))
    throw badOption(
      call,
      'threadFromRows',
      fromRows,
      'a number of rows from 1, or Infinity for no thread',
    )
  return new WriteThread({ ...settings, fromRows })
}
