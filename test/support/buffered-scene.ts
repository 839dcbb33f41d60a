import { join } from 'node:path'
import { bufferedWriter, type BufferedWriterOptions } from '../../src/recording/buffered'
import type { BufferedWriter } from '../../src/recording/buffered-writer'
import type { Batch } from '../../src/recording/store'
import { ManualClock } from './manual-clock'
import { MoodyStore } from './moody-store'
import { exposureRow } from './rows'
import { tempDir } from './temp-dir'

export const numbered = (from: number, count: number): Batch => ({
  exposures: Array.from({ length: count }, (_, i) => exposureRow(`u${from + i}`, 'a')),
})
export const names = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `u${from + i}`)

interface Scene {
  readonly clock: ManualClock
  readonly store: MoodyStore
  readonly writer: BufferedWriter
  readonly errors: string[]
}

export function scene(options: BufferedWriterOptions = {}, store = new MoodyStore()): Scene {
  const clock = new ManualClock()
  const errors: string[] = []
  const writer = bufferedWriter(store, {
    flushRows: 10,
    flushMs: 100,
    capacity: 40,
    timeoutMs: 1000,
    clock,
    onError: ({ message }) => errors.push(message),
    ...options,
  })
  return { clock, store, writer, errors }
}

export const spilling = (path = join(tempDir(), 'spill.db')): BufferedWriterOptions => ({
  whenFull: 'spill',
  spill: path,
})

/** Rows are never lost from the books. */
export function balanced({ stats }: BufferedWriter): void {
  const { received, found, written, dropped, refused, buffered, spilled } = stats
  expect(written + dropped + refused + buffered + spilled).toBe(received + found)
}

/** How a promise stands: its error's code, `done`, or `waits`. */
export function watched(promise: Promise<unknown>): { state: string } {
  const watch = { state: 'waits' }
  promise.then(
    (value) => (watch.state = value === false ? 'false' : 'done'),
    (error: { code: string }) => (watch.state = error.code),
  )
  return watch
}
