import type { Project } from '../setup/project'
import type { Terminal } from '../terminal'

/** How a part of an installation is. */
export interface Finding {
  /** `problem`: it does not work. `warning`: it works, but not everywhere or not for long. */
  readonly level: 'ok' | 'warning' | 'problem'
  /** What was found, in one sentence. */
  readonly text: string
  /** The one next step. Always there, except when all is well. */
  readonly todo?: string
}

/** What a check may read. */
export interface Installation {
  readonly project: Project
  /** The path of the live config from the project's directory; undefined when none was found. */
  readonly liveFile: string | undefined
  /** The store of records, when one is configured. */
  readonly store: string | undefined
  readonly terminal: Terminal
}

/** One check of `liveflag doctor`. It reads and never writes. */
export interface Check {
  readonly name: string
  readonly examine: (installation: Installation) => readonly Finding[] | Promise<readonly Finding[]>
}

export const ok = (text: string): Finding => ({ level: 'ok', text })
export const warning = (text: string, todo: string): Finding => ({ level: 'warning', text, todo })
export const problem = (text: string, todo: string): Finding => ({ level: 'problem', text, todo })
