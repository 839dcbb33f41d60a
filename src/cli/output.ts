import picocolors from 'picocolors'
import { printable, printableJson } from '../core/printable'
import type { Terminal } from './terminal'

export { printable, printableJson } from '../core/printable'

/**
 * Writes the output of a command: answers to stdout, problems to stderr, colours only to a
 * terminal.
 */
export class Output {
  readonly paint: ReturnType<typeof picocolors.createColors>
  /** What is written may be obeyed instead of shown. */
  readonly isTerminal: boolean

  constructor(private readonly terminal: Terminal) {
    const { stdout, env } = terminal
    this.isTerminal = stdout.isTTY === true
    this.paint = picocolors.createColors(
      stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    )
  }

  line(text = ''): void {
    this.terminal.stdout.write(`${text}\n`)
  }

  lines(texts: readonly string[]): void {
    this.terminal.stdout.write(texts.map((text) => `${text}\n`).join(''))
  }

  /** Writes one JSON document. */
  document(value: unknown): void {
    this.line(printableJson(value, 2))
  }

  /** Writes one line of NDJSON. */
  record(value: unknown): void {
    this.line(printableJson(value))
  }

  complain(message: string): void {
    complain(this.terminal, message)
  }
}

/** Writes one line to stderr. */
export function complain({ stderr }: Terminal, message: string): void {
  stderr.write(`liveflag: ${printable(message.trim().replace(/\s*\n\s*/g, ' '))}\n`)
}

/** Cuts a text to at most `length` characters. */
export const clipped = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text

export { counted } from '../core/counted'
