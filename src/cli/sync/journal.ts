import { counted, type Output, printable } from '../output'
import type { SyncEvents } from './follower'
import type { SyncProblem, SyncStatus } from './status'

/** Prints what a sync does: a line for each event, for people or as JSON. */
export class SyncJournal implements SyncEvents {
  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
    private readonly isJson: boolean,
  ) {}

  listening(url: string): void {
    this.print('listening', { url }, this.output.paint.cyan('HEALTH '), url)
  }

  wrote(status: SyncStatus): void {
    this.print('wrote', status, this.output.paint.green('WROTE  '), factsOf(status))
  }

  putBack(status: SyncStatus): void {
    const said = `${factsOf(status)}: another program had changed the file`
    this.print('put-back', status, this.output.paint.yellow('PUTBACK'), said)
  }

  became(status: SyncStatus): void {
    const { state, problem } = status
    if (state === 'fresh')
      return this.print(state, status, this.output.paint.green('FRESH  '), factsOf(status))
    const word = this.output.paint.red(state.slice(0, 7).toUpperCase().padEnd(7))
    this.print(state, status, word, problem ? problemText(problem) : '')
  }

  warned(problem: SyncProblem): void {
    this.print('warning', { problem }, this.output.paint.yellow('WARNING'), problemText(problem))
  }

  private print(event: string, members: object, word: string, text: string): void {
    const at = this.now()
    if (this.isJson) return this.output.record({ event, at: at.toISOString(), ...members })
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) =>
      String(part).padStart(2, '0'),
    )
    this.output.line(`${this.output.paint.dim(time.join(':'))}  ${word}  ${text}`.trimEnd())
  }
}

const factsOf = ({ generation, features, hash, file, staged }: SyncStatus): string =>
  `generation ${generation}${staged ? ` (staged: ${staged.generation} of the store)` : ''}, ${counted(features, 'feature')}, ${printable(file)}, sha256 ${(hash ?? '').slice(0, 12)}`

const problemText = ({ code, message, line, feature }: SyncProblem): string =>
  printable(
    `${code}: ${feature === undefined ? '' : `${feature}: `}${message}${line === undefined ? '' : ` (line ${line})`}`,
  )
