/* eslint-disable @typescript-eslint/no-require-imports -- only a process whose timers are fake loads these modules */
import type * as Net from 'node:net'
import type promises from 'node:timers/promises'
import type timers from 'node:timers'
import type * as Vm from 'node:vm'
import type * as Threads from 'node:worker_threads'

/** What liveflag takes from Node's modules of timers. */
export type Timers = Pick<
  typeof timers,
  | 'setTimeout'
  | 'clearTimeout'
  | 'setInterval'
  | 'clearInterval'
  | 'setImmediate'
  | 'clearImmediate'
> & {
  readonly delay: typeof promises.setTimeout
  readonly nextTurn: typeof promises.setImmediate
}

const nothing = (): void => undefined

/**
 * Whether a timer of this module is one of Node's event loop, which lists its own among the active
 * resources. A fake timer is in the list of the test alone.
 */
export function areReal(module: typeof timers): boolean {
  // A runtime that is not Node may lack the list.
  if (typeof (process as Partial<typeof process>).getActiveResourcesInfo !== 'function') return true
  const isListed = <T>(kind: string, set: () => T, clear: (timer: T) => void): boolean => {
    const count = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === kind).length
    const before = count()
    const timer = set()
    const listed = count() > before
    clear(timer)
    return listed
  }
  return (
    isListed('Timeout', () => module.setTimeout(nothing, 1), module.clearTimeout) &&
    isListed('Timeout', () => module.setInterval(nothing, 1), module.clearInterval) &&
    isListed('Immediate', () => module.setImmediate(nothing), module.clearImmediate)
  )
}

/**
 * The time of day. The `Date` of a context of its own is never replaced; one that is written in
 * JavaScript is a test's.
 */
export function realClock(): () => number {
  if (Function.prototype.toString.call(Date.now).includes('[native code]')) return Date.now
  const { runInNewContext } = require('node:vm') as typeof Vm
  return runInNewContext('Date.now') as () => number
}

/**
 * A timer by the idle time of a socket that is never connected: the public way to wait that no
 * library of fake timers replaces.
 */
class SocketTimer {
  private readonly socket: Net.Socket
  private holding: Threads.MessageChannel | undefined

  constructor(
    private readonly run: () => void,
    private readonly ms: number,
    private readonly repeats: boolean,
  ) {
    const { Socket } = require('node:net') as typeof Net
    this.socket = new Socket()
    this.socket.on('timeout', () => {
      if (this.repeats) this.start()
      else this.clear()
      this.run()
    })
    this.ref().start()
  }

  /** An open port holds the process; the socket does not. */
  ref(): this {
    if (this.holding) return this
    const { MessageChannel } = require('node:worker_threads') as typeof Threads
    this.holding = new MessageChannel()
    this.holding.port1.on('message', nothing)
    return this
  }

  unref(): this {
    this.holding?.port1.close()
    this.holding = undefined
    return this
  }

  clear(): void {
    this.socket.setTimeout(0)
    this.unref()
  }

  private start(): void {
    this.socket.setTimeout(Math.max(1, this.ms))
  }
}

const started = (run: () => void, ms = 1, repeats = false): SocketTimer =>
  new SocketTimer(run, ms, repeats)

interface Waiting {
  readonly ref?: boolean
  readonly signal?: AbortSignal
}

/** As `setTimeout` of `node:timers/promises`. */
function waited<T>(
  ms = 1,
  value?: T,
  { ref = true, signal }: Waiting = {},
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.clear()
      reject(signal?.reason as Error)
    }
    const timer = started(() => {
      signal?.removeEventListener('abort', abort)
      resolve(value)
    }, ms)
    if (!ref) timer.unref()
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Timers that are real whatever a test has replaced, in as much as liveflag uses them. */
export function socketTimers(): Timers {
  const clear = (timer: SocketTimer | undefined): void => timer?.clear()
  const set = (run: () => void, ms?: number): SocketTimer => started(run, ms)
  // The one place that takes a SocketTimer for Node's: it has what liveflag calls of it.
  return {
    setTimeout: set,
    clearTimeout: clear,
    setInterval: (run: () => void, ms?: number) => started(run, ms, true),
    clearInterval: clear,
    setImmediate: (run: () => void) => started(run),
    clearImmediate: clear,
    delay: waited,
    nextTurn: <T>(value?: T) => waited(1, value),
  } as unknown as Timers
}
