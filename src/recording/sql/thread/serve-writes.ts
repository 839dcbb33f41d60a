import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, messageOf } from '../../../core/errors'
import type { Engine } from '../engine'
import type { Stored } from '../tables'
import { writingTo } from '../writing'
import type { Failure, Order, Report } from './messages'

/**
 * What a thread that writes does all its life: `makeEngine` of what it was started with, then order
 * after order.
 */
export function serveWrites<Settings>(makeEngine: (settings: Settings) => Engine): void {
  const port = parentPort
  if (!port) return
  // Who starts the thread gives what the engine is made of; see write-thread.ts.
  const engine = makeEngine(workerData as Settings)
  const writing = writingTo(engine)
  const write = (rows: Stored): Promise<void> =>
    engine.transaction((connection) => writing.write(connection, rows))
  port.on('message', (order: Order) => {
    if (order === 'end') void engine.close().finally(() => process.exit())
    else
      void write(order.rows)
        .then(
          (): Report => ({ id: order.id }),
          (error: unknown): Report => ({ id: order.id, failure: failureOf(error) }),
        )
        .then((report) => port.postMessage(report))
  })
  port.postMessage('ready' satisfies Report)
}

/** Errors of drivers lose their code when they are sent as they are. */
const failureOf = (error: unknown): Failure => ({
  code: codeOf(error),
  message: error instanceof AggregateError ? error.errors.map(String).join(', ') : messageOf(error),
})
