import { parentPort, workerData } from 'node:worker_threads'
import { codeOf, messageOf } from '../../../core/errors'
import type { Engine } from '../engine'
import { migrate } from '../migrations'
import type { Stored } from '../tables'
import { writingTo } from '../writing'
import {
  FAILED,
  type Failure,
  type LastWrite,
  type Order,
  type Report,
  type Start,
  WRITTEN,
} from './messages'

/**
 * Runs a thread that writes: calls `makeEngine` with the settings that it was started with, then
 * carries out one order after the other.
 */
export function serveWrites<Settings>(makeEngine: (settings: Settings) => Engine): void {
  const port = parentPort
  if (!port) return
  // The one marked cast of this boundary: write-thread.ts passes it.
  const { settings, last } = workerData as Start<Settings>
  const engine = makeEngine(settings)
  const writing = writingTo(engine)
  const write = (rows: Stored): Promise<void> =>
    engine.transaction((connection) => writing.write(connection, rows))
  if (last) return void writeLast(last)
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

  async function writeLast({ rows, done }: LastWrite): Promise<void> {
    const result = await engine
      .open()
      .then((database) => migrate(engine, database))
      .then(() => write(rows))
      .then(
        () => WRITTEN,
        () => FAILED,
      )
    Atomics.store(done, 0, result)
    Atomics.notify(done, 0)
  }
}

/** Errors of drivers would lose their code if they were sent unchanged. */
const failureOf = (error: unknown): Failure => ({
  code: codeOf(error),
  message: error instanceof AggregateError ? error.errors.map(String).join(', ') : messageOf(error),
})
