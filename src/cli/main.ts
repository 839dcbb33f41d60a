#!/usr/bin/env node
import { codeOf } from '../core/errors'
import { run } from './program'
import { BROKEN } from './terminal'

const interrupted = new AbortController()

process.stdout.on('error', (error: Error) => {
  // Nobody reads any more, as with `| head`: a command that would go on for ever ends, any other
  // ends by itself.
  if (codeOf(error) === 'EPIPE') return interrupted.abort()
  process.stderr.write(`liveflag: the output cannot be written: ${error.message}\n`, () =>
    process.exit(BROKEN),
  )
})
process.stderr.on('error', () => undefined)

const terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
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
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
})
