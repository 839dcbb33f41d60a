import { useEffect, useRef } from 'preact/hooks'
import type { ProblemView } from '../../admin/contract'
import type { Code } from './code-mirror'
import type { Schema } from './schema'

interface TextEditorProps {
  readonly label: string
  /** What it begins with; from then on the editor has the text, and another key replaces it. */
  readonly text: string
  /** Of the text within its file. */
  readonly firstLine: number
  /** The line to begin at. */
  readonly line?: number
  readonly root: Schema
  readonly problems: readonly ProblemView[]
  readonly change: (text: string) => void
}

/** A text with completion and problems. The editor is loaded when it is shown. */
export function TextEditor(props: TextEditorProps) {
  const { label, text, firstLine, line = firstLine, root, problems, change } = props
  const place = useRef<HTMLDivElement>(null)
  const code = useRef<Code | undefined>(undefined)
  const changed = useRef(change)
  changed.current = change
  useEffect(() => {
    const box = place.current
    if (!box) return
    let isGone = false
    void import('./code-mirror').then(({ openCode }) => {
      if (isGone) return
      const report = (next: string): void => changed.current(next)
      code.current = openCode(box, { label, text, firstLine, line, root, changed: report })
    })
    return () => {
      isGone = true
      code.current?.close()
    }
  }, [firstLine, root])
  useEffect(() => code.current?.showProblems(problems), [problems])
  return <div ref={place} class="code" />
}
