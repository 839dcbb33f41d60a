import type { Refusal } from '../../fleet/judge'
import { type Progress, waitForProcesses } from '../../fleet/processes'
import type { StagedResult } from '../../fleet/staged'
import type { KeyStore } from '../../sources/key-store'
import { problemText } from '../live-config-file'
import { counted, Output, printable } from '../output'
import { CONFLICT, type ExitCode, LATE, OK, PROBLEMS, type Terminal } from '../terminal'
import { waitOf } from '../time-argument'
import type { Difference } from './difference'

export interface FinishFlags {
  /** True: for 30 seconds. */
  readonly wait?: string | true
  readonly json?: boolean
}

const USUAL_WAIT = '30s'

/** Says what became of a text, waits for the processes where that is asked for, and ends the command. */
export async function finished(
  store: KeyStore,
  result: StagedResult,
  flags: FinishFlags,
  terminal: Terminal,
  difference?: Difference,
): Promise<ExitCode> {
  const output = new Output(terminal)
  if (!flags.json) report(result, output)
  const { processes, isInterrupted } = await waited(store, result, flags, terminal)
  if (flags.json) output.document({ ...result, ...(processes && { processes }), difference })
  else if (processes) output.line(progressLine(processes, isInterrupted ? undefined : flags))
  if (isInterrupted) output.complain('interrupted: nobody waits for the processes any more')
  const isLate = isInterrupted || (processes && processes.missing.length > 0)
  return isLate ? LATE : CODES[result.kind]
}

const CODES: Readonly<Record<StagedResult['kind'], ExitCode>> = {
  published: OK,
  checked: OK,
  unchanged: OK,
  changed: CONFLICT,
  superseded: CONFLICT,
  refused: PROBLEMS,
  withdrawn: PROBLEMS,
  interrupted: PROBLEMS,
}

const waitMs = (call: string, wait: string | true): number =>
  waitOf(call, '--wait', wait === true ? USUAL_WAIT : wait)

/**
 * Before anything is published.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION
 */
export function checkWait(call: string, { wait }: FinishFlags): void {
  if (wait !== undefined) waitMs(call, wait)
}

interface Waited {
  /** Undefined: nobody waited, or nothing was heard before an interrupt. */
  readonly processes: Progress | undefined
  /** The text is published all the same. */
  readonly isInterrupted: boolean
}

async function waited(
  store: KeyStore,
  result: StagedResult,
  { wait }: FinishFlags,
  terminal: Terminal,
): Promise<Waited> {
  if (wait === undefined || (result.kind !== 'published' && result.kind !== 'unchanged'))
    return { processes: undefined, isInterrupted: false }
  const timeoutMs = waitMs('publish', wait)
  const signal = terminal.interruption()
  let last: Progress | undefined
  const onProgress = (progress: Progress): void => void (last = progress)
  try {
    const { hash } = result
    const processes = await waitForProcesses(store, { hash, timeoutMs, signal, onProgress })
    return { processes, isInterrupted: false }
  } catch (error) {
    if (!signal.aborted) throw error
    return { processes: last, isInterrupted: true }
  }
}

/** @param flags undefined: the time was not over */
function progressLine({ have, of, missing }: Progress, flags?: FinishFlags): string {
  if (of === 0) return 'no process has acknowledged lately, so nobody knows which have it'
  if (missing.length === 0) return `${have} of ${counted(of, 'process has', 'processes have')} it`
  const named = missing.slice(0, 5).map(printable).join(', ')
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ''
  const time = flags ? ` after ${flags.wait === true ? USUAL_WAIT : flags.wait}` : ''
  return `${have} of ${counted(of, 'process has', 'processes have')} it${time}; not: ${named}${more}`
}

function report(result: StagedResult, output: Output): void {
  const { bold } = output.paint
  const problems = 'problems' in result ? result.problems : []
  for (const problem of problems) output.complain(problemText(problem))
  switch (result.kind) {
    case 'published': {
      const over = result.basedOn === null ? 'the first one' : `in place of ${result.basedOn}`
      output.line(
        `${bold(`generation ${result.generation} is published`)}, ${over} (sha256 ${result.hash.slice(0, 12)})`,
      )
      return
    }
    case 'checked':
      output.line('nothing speaks against it; without --dry-run it would be published')
      return
    case 'unchanged':
      output.line(
        result.generation === undefined
          ? 'the text is there already; another tool wrote it'
          : `the text is published already, as generation ${result.generation}`,
      )
      return
    case 'refused':
      for (const one of result.refusals) output.complain(`${one.message}${adviceFor(one.code)}`)
      output.complain('nothing is published')
      return
    default:
      reportLost(result, output)
  }
}

const ADVICE: Readonly<Record<Refusal['code'] | 'processes', string>> = {
  problems: '; liveflag check says more',
  shrink: '; if that is meant, add --allow-shrink',
  quarantined: '; if it is to be tried again, add --allow-quarantined',
  staging:
    '; wait, or add --now to publish over it, or go on with publish --resume, or take it back with publish --abort',
  processes: '',
}
const adviceFor = (code: Refusal['code'] | 'processes'): string => ADVICE[code]

type Lost = Exclude<StagedResult, { kind: 'published' | 'checked' | 'unchanged' | 'refused' }>

function reportLost(result: Lost, output: Output): void {
  switch (result.kind) {
    case 'changed': {
      const { generation } = result.now
      output.complain(
        generation === undefined
          ? 'another tool has written the text meanwhile; nothing is published. Look at it, and publish again'
          : `generation ${generation} is in force now, and this text was made from another one; nothing is published. Look at it with liveflag history, and publish again`,
      )
      return
    }
    case 'superseded':
      output.complain(
        `generation ${result.generation} is off its stages: another publisher was at work meanwhile`,
      )
      return
    case 'interrupted':
      output.complain(
        result.generation === undefined
          ? 'interrupted before anything was written; nothing is published'
          : `interrupted: generation ${result.generation} is taken back from every process`,
      )
      return
    case 'withdrawn':
      output.complain(
        `generation ${result.generation} is taken back from every process, and under quarantine: ${result.reason}`,
      )
  }
}
