#!/usr/bin/env node
import { Writable } from 'node:stream'
import { codeOf, messageOf } from '../core/errors'
import { checkNodeVersion } from '../runtime/node-version'
import type * as Program from './program'
import { BROKEN } from './terminal'

const interrupted = new AbortController()

/** Output that could not be written is lost, so this exit code wins over any other. */
let isLost = false

function lost(error: Error): void {
  // Stdout is closed, as by `| head`: a command that would run for ever ends, any other ends by
  // itself.
  if (codeOf(error) === 'EPIPE') return interrupted.abort()
  if (!isLost) process.stderr.write(`liveflag: the output cannot be written: ${error.message}\n`)
  isLost = true
  interrupted.abort()
}

process.stdout.on('error', lost)

/**
 * Writes through the callback of `write`, because the error event may come after the process has
 * ended.
 */
class Stdout extends Writable {
  get isTTY(): boolean {
    return process.stdout.isTTY
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    process.stdout.write(chunk, (error) => {
      if (error) lost(error)
      // A batch stops when nobody reads its output. A full disk is reported on stderr.
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
    // A second signal has no listener and ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort())
    return interrupted.signal
  },
}

try {
  checkNodeVersion()
} catch (error) {
  process.stderr.write(`liveflag: ${messageOf(error)}\n`)
  process.exit(BROKEN)
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an old Node may fail to load it, so its version is checked first
const { run } = require('./program') as typeof Program

void run(process.argv.slice(2), terminal).then((code) => {
  // Writing to a pipe is asynchronous on some systems, so the process waits until everything is
  // written.
  process.exitCode = code
  stdout.end(() => process.stderr.write('', () => process.exit(isLost ? BROKEN : code)))
})
