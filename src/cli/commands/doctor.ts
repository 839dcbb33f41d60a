import { reasonOf } from '../../core/errors'
import { type Check, type Finding, type Installation, problem } from '../doctor/check'
import { checks } from '../doctor/checks'
import { findLiveFile } from '../doctor/live-config'
import { counted, Output, printable } from '../output'
import { readProject } from '../setup/project'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'

export interface DoctorFlags {
  readonly liveFile?: string
  readonly store?: string
  readonly json?: boolean
}

/** `liveflag doctor`: examines an installation. Warnings alone leave the exit code 0. */
export async function doctor(
  dir: string | undefined,
  flags: DoctorFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const project = await readProject(dir ?? '.')
  const installation: Installation = {
    project,
    liveFile: flags.liveFile ?? findLiveFile(project),
    store: flags.store ?? (terminal.env['LIVEFLAG_STORE'] || undefined),
    terminal,
  }
  const findings: (Finding & { readonly check: string })[] = []
  for (const check of checks)
    for (const finding of await examined(check, installation))
      findings.push({ check: check.name, ...finding })
  const bad = findings.filter(({ level }) => level === 'problem').length
  const output = new Output(terminal)
  if (flags.json) output.document({ healthy: bad === 0, findings })
  else report(findings, output)
  return bad > 0 ? PROBLEMS : OK
}

/** A check that fails is a finding of its own: the others still run. */
async function examined(check: Check, installation: Installation): Promise<readonly Finding[]> {
  try {
    return await check.examine(installation)
  } catch (error) {
    return [
      problem(`the check failed: ${reasonOf(error)}`, 'read the reason, and run doctor again'),
    ]
  }
}

function report(findings: readonly (Finding & { readonly check: string })[], output: Output): void {
  const { green, yellow, red, bold, dim } = output.paint
  const colours = { ok: green, warning: yellow, problem: red }
  const width = Math.max(...findings.map(({ check }) => check.length))
  for (const { check, level, text, todo } of findings) {
    output.line(
      `${colours[level](level.padEnd(7))}  ${bold(check.padEnd(width))}  ${printable(text)}`,
    )
    if (todo !== undefined) output.line(`${' '.repeat(width + 11)}${dim('→')} ${printable(todo)}`)
  }
  const count = (level: Finding['level']): number =>
    findings.filter((finding) => finding.level === level).length
  const said = `${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}`
  output.line()
  output.line(bold(count('problem') > 0 ? red(said) : green(said)))
}
