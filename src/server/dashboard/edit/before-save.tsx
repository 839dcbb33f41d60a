import type { ComponentChildren } from 'preact'
import type { Conflict, ProposedEdit } from '../../admin/edits/contract'
import { Card } from '../parts/card'
import { Failure } from '../parts/states'
import type { Previewed } from './edit-state'
import { PreviewView } from './preview-view'

interface BeforeSaveProps {
  readonly edit: ProposedEdit | undefined
  readonly previewed: Previewed
  /** What is shown when the file changed underneath. */
  readonly children: (conflict: Conflict) => ComponentChildren
}

/** What saving would do: both versions when they meet, else problems, who changes, and the diff. */
export function BeforeSave({ edit, previewed, children }: BeforeSaveProps) {
  const { preview, failure, isBehind, counted } = previewed
  const conflict = preview?.conflict
  return (
    <Card title="Before you save">
      {failure && <Failure failure={failure} />}
      {conflict && children(conflict)}
      {!edit && <p class="muted">Nothing is changed yet.</p>}
      {edit && !preview && !failure && <p class="muted">Counting who changes…</p>}
      {preview && !conflict && (
        <PreviewView preview={preview} isBehind={isBehind} counted={counted} />
      )}
    </Card>
  )
}
