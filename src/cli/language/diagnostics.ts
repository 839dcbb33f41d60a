import type { Diagnostic } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Problem } from '../../core/problem'
import type { Format } from '../../core/source'
import { checkSteps } from '../../live-config/check'
import { inSlices } from '../../runtime/time-slice'

const ERROR = 1
const WARNING = 2

/**
 * The problems of a text as `liveflag check` has them, read in slices. Rejects once `signal` aborts:
 * a newer text has come.
 */
export async function diagnosticsOf(
  document: TextDocument,
  format: Format,
  signal: AbortSignal,
): Promise<Diagnostic[]> {
  const steps = checkSteps([{ text: document.getText(), format }], {})
  const { problems } = await inSlices(steps, signal)
  return problems.map((problem) => diagnosticOf(problem, document))
}

export function diagnosticOf(problem: Problem, document: TextDocument): Diagnostic {
  const { line = 1, column = 1, severity, code, message } = problem
  const start = { line: line - 1, character: column - 1 }
  const rest = document.getText({ start, end: { line, character: 0 } })
  const [word = ''] = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s:,[\]{}]+)/.exec(rest) ?? []
  const end = { line: start.line, character: start.character + Math.max(1, word.length) }
  return {
    range: { start, end },
    severity: severity === 'error' ? ERROR : WARNING,
    code,
    source: 'liveflag',
    message,
  }
}
