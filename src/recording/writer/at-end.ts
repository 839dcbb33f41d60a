import { writeSync } from 'node:fs'
import { codeOf } from '../../core/errors'
import type { BufferedWriter } from '../buffered-writer'
import { closeOn } from './close-on'

/** A writer, as far as the end of its process goes. */
interface Ending extends Pick<BufferedWriter, 'stats' | 'written' | 'close'> {
  /** The process ends, by `process.exit` or an error: what is asynchronous never happens. */
  writeAtExit(): void
}

/** The open writers, and how many rows each had received when the process last waited for it. */
const endings = new Map<Ending, number>()
let isExiting = false

/** The process has nothing more to do, and stays alive as long as somebody waits for rows. */
function beforeExit(): void {
  for (const [writer, waited] of [...endings]) {
    const { received, buffered } = writer.stats
    // Once for each row: a store that is away must not keep the process alive for ever.
    if (buffered === 0 || received === waited) continue
    endings.set(writer, received)
    // What is not written in time is left to `writeAtExit`.
    writer.written().catch(() => undefined)
  }
}

function exit(): void {
  isExiting = true
  for (const writer of [...endings.keys()]) writer.writeAtExit()
}

/**
 * Has a writer write its rows when the process ends: by itself, by `process.exit`, by an error, or by
 * one of the signals.
 *
 * @returns a function that takes it back
 */
export function atEnd(writer: Ending, signals: readonly NodeJS.Signals[]): () => void {
  const stopListening = closeOn(signals, () => writer.close())
  if (endings.size === 0) process.on('beforeExit', beforeExit).on('exit', exit)
  endings.set(writer, 0)
  return () => {
    stopListening()
    endings.delete(writer)
    if (endings.size === 0) process.off('beforeExit', beforeExit).off('exit', exit)
  }
}

/** Emits a process warning, which Node would not print any more while the process exits. */
export function warn(error: Error): void {
  if (!isExiting) return process.emitWarning(error)
  try {
    writeSync(2, `(node:${process.pid}) [${codeOf(error)}] ${error.message}\n`)
  } catch {
    // Nobody reads it.
  }
}
