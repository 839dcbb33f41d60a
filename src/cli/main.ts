#!/usr/bin/env node
import { Writable } from 'node:stream'
import { codeOf } from '../core/errors'
import { run } from './program'
import { BROKEN } from './terminal'

const interrupted = new AbortController()

/** What could not be written is lost, so no other exit code counts. */
let isLost = false

function lost(error: Error): void {
  // Nobody reads any more, as with `| head`: a command that would go on for ever ends, any other
  // ends by itself.
  if (codeOf(error) === 'EPIPE') return interrupted.abort()
  if (!isLost) process.stderr.write(`liveflag: the output cannot be written: ${error.message}\n`)
  isLost = true
  interrupted.abort()
}

process.stdout.on('error', lost)

/**
 * The event of an error comes some turns after the write, when the process may have ended; the
 * callback of the write comes in order.
 */
class Stdout extends Writable {
  get isTTY(): boolean {
    return process.stdout.isTTY
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    process.stdout.write(chunk, (error) => {
      if (error) lost(error)
      // A batch need not go on for nobody. Of a full disk, whoever reads stderr hears.
      done(error && codeOf(error) === 'EPIPE' ? error : undefined)
    })
  }
}

const stdout = new Stdout().on('error', () => undefined)
process.stderr.on('error', () => undefined)

const terminal = {
  stdin: process.stdin,
  stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => new Date(),
  interruption() {
    // A second signal finds no listener any more and ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort())
    return interrupted.signal
  },
}

void run(process.argv.slice(2), terminal).then((code) => {
  // On some systems writing to a pipe takes its time; the process ends when all of it is out.
  process.exitCode = code
  stdout.end(() => process.stderr.write('', () => process.exit(isLost ? BROKEN : code)))
})
