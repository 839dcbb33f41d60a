import type { Format, Parsed } from './entry'
import { parseIni } from './ini'
import { parseJson } from './json/json'
import { Pace } from './pace'
import { empty, LineIndex, placed, refused } from './places'
import { parseYaml } from './yaml/yaml'

/**
 * Reads a live config into its entries. Never throws: what is wrong is in `problems` and `fatal`.
 * Yields whenever it has worked for some milliseconds, so that the caller can give the event loop a turn.
 * `previous`, what the text before was read as, saves reading again what did not change.
 */
export function* parse(text: string, format: Format, previous?: Parsed): Generator<void, Parsed> {
  const plain = withPlainLines(text)
  const lines = new LineIndex(plain)
  if (/^\s*$/.test(plain)) return refused(placed(empty(format), lines))
  const pace = new Pace()
  if (format === 'json') return yield* parseJson(plain, lines, pace)
  if (format === 'ini') return yield* parseIni(plain, lines, pace)
  return yield* parseYaml(plain, lines, pace, previous)
}

/** The same in one go, for whoever has nothing else to do meanwhile. */
export function parseNow(text: string, format: Format, previous?: Parsed): Parsed {
  const work = parse(text, format, previous)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** Without byte-order mark and carriage returns. Neither moves a line, nor a column of what stays. */
function withPlainLines(text: string): string {
  const start = text.startsWith('\uFEFF') ? text.slice(1) : text
  return start.includes('\r') ? start.replaceAll('\r\n', '\n') : start
}
