import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { history, historyKeymap, indentWithTab, standardKeymap } from '@codemirror/commands'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import type { ProblemView } from '../../admin/contract'
import { completionOf } from './completion'
import type { Schema } from './schema'
import { yamlColors } from './yaml-colors'

export interface Code {
  readonly showProblems: (problems: readonly ProblemView[]) => void
  readonly close: () => void
}

export interface CodeOptions {
  readonly label: string
  readonly text: string
  /** Of the text within its file. */
  readonly firstLine: number
  /** Where the cursor is at the start. */
  readonly line: number
  readonly root: Schema
  readonly changed: (text: string) => void
}

const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', maxHeight: '65vh', overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--accent-soft)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--bar-rest) !important',
  },
  // In place of pictures in data: URLs, which the page's policy does not let in.
  '.cm-lint-marker': { content: 'normal', borderRadius: '50%' },
  '.cm-lint-marker-error': { content: 'normal', backgroundColor: 'var(--bad)' },
  '.cm-lint-marker-warning': { content: 'normal', backgroundColor: 'var(--warn)' },
  '.cm-lintRange': { backgroundImage: 'none', paddingBottom: '0' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--bad)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px solid var(--warn)' },
  '.cm-comment': { color: 'var(--muted)' },
  '.cm-key': { color: 'var(--accent)' },
  '.cm-constant': { color: 'var(--good)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent-fill)',
    color: 'var(--on-accent)',
  },
})

/**
 * Opens the editor within a shadow root: there its styles are constructed style sheets, which the
 * page's policy lets through, and not elements, which it does not.
 */
export function openCode(box: HTMLElement, options: CodeOptions): Code {
  const root = box.shadowRoot ?? box.attachShadow({ mode: 'open' })
  const view = new EditorView({ root, parent: root, state: stateOf(options) })
  const number = options.line - options.firstLine + 1
  if (number > 1 && number <= view.state.doc.lines) showLine(view, number)
  return {
    showProblems: (problems) =>
      view.dispatch(
        setDiagnostics(view.state, diagnosticsOf(problems, view.state, options.firstLine)),
      ),
    close: () => view.destroy(),
  }
}

function showLine(view: EditorView, number: number): void {
  const { from } = view.state.doc.line(number)
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: 'start', yMargin: 40 }),
  })
}

function stateOf({ label, text, firstLine, root, changed }: CodeOptions): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) }),
      history(),
      highlightActiveLine(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      yamlColors,
      look,
      lintGutter(),
      autocompletion({ override: [completionOf(root)] }),
      keymap.of([...completionKeymap, ...standardKeymap, ...historyKeymap, indentWithTab]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.doc.toString())
      }),
    ],
  })
}

/** Problems that are in these lines; all of them are beside the editor, too. */
function diagnosticsOf(
  problems: readonly ProblemView[],
  { doc }: EditorState,
  firstLine: number,
): Diagnostic[] {
  return problems.flatMap(({ line = 0, column = 1, severity, message }) => {
    const number = line - firstLine + 1
    if (number < 1 || number > doc.lines) return []
    const { from, to } = doc.line(number)
    return [{ from: Math.min(from + column - 1, to), to, severity, message }]
  })
}
