import type { CodeFile, Project } from '../project'
import { Script } from '../script/script'
import type { Forced } from './answer'
import type { Left } from './answers'
import { tidied } from './leftovers'
import { Rewriter } from './rewriter'

/** A file with the feature taken out of it. */
export interface Rewritten {
  readonly text: string
  readonly left: readonly Left[]
  readonly script: Script
}

/** Takes a feature out of a script, and what nobody uses any more with it. */
export function removedFromScript(file: CodeFile, project: Project, forced: Forced): Rewritten {
  const script = new Script(file.path, file.text)
  const rewriter = new Rewriter(script, project, forced)
  const text = rewriter.rewritten()
  const { left } = rewriter.answers
  return { text: text === file.text ? text : tidied(script, text), left, script }
}
