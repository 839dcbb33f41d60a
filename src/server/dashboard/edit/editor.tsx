import { useEffect, useState } from 'preact/hooks'
import type { FeatureDetail } from '../../admin/contract'
import type { Preview, ProposedEdit } from '../../admin/edits/contract'
import { segment } from '../api/client'
import { Card } from '../parts/card'
import { Failure } from '../parts/states'
import { ConflictView, type Side } from './conflict-view'
import { baseOf, type Draft, editOf, type Previewed, usePreview } from './edit-state'
import { EntryForm } from './entry-form'
import { PreviewView } from './preview-view'
import { SaveBar } from './save-bar'
import type { Schema } from './schema'
import { TextEditor } from './text-editor'

interface EditorProps {
  readonly newest: FeatureDetail
  readonly root: Schema
  /** Throws the draft away for what is in force. */
  readonly beginAgain: () => void
}

/** The draft on the left, what it would do on the right, and the reason below. */
export function Editor({ newest, root, beginAgain }: EditorProps) {
  const editing = useEditing(newest, beginAgain)
  const { detail, draft, setDraft, edit, previewed, refuse, take, lines, hash } = editing
  const { name } = detail.row
  const change = (text: string): void => setDraft({ kind: 'text', text })
  return (
    <>
      <p class="crumb">
        <a href="./">Features</a> / <a href={`features/${segment(name)}`}>{name}</a>
      </p>
      <h1 class="edit-title">Edit {name}</h1>
      <div class="columns">
        <Card title="The entry" aside={<Ways kind={draft.kind} show={editing.show} />}>
          {draft.kind === 'value' ? (
            <EntryForm
              root={root}
              value={draft.value}
              change={(value) => setDraft({ kind: 'value', value })}
            />
          ) : (
            <TextEditor
              key={hash}
              text={draft.text}
              firstLine={detail.place.line}
              root={root}
              problems={previewed.preview?.problems ?? []}
              change={change}
            />
          )}
          {lines && <p class="muted small">The form begins again from what is in force.</p>}
        </Card>
        <div class="sticky">
          <Before edit={edit} previewed={previewed} feature={name} take={take} />
          <SaveBar edit={edit} previewed={previewed} feature={name} refused={refuse} />
        </div>
      </div>
    </>
  )
}

/** The draft, what it began from, and what it would do. */
function useEditing(newest: FeatureDetail, beginAgain: () => void) {
  // A newer version of the file shows itself as a conflict in the preview.
  const [detail] = useState(newest)
  const [base, setBase] = useState(() => baseOf(detail))
  const [draft, setDraft] = useState<Draft>({ kind: 'value', value: detail.value })
  const [refused, refuse] = useState<Preview>()
  const edit = editOf(draft, detail, base)
  const asked = usePreview(edit)
  const previewed = refused ? { ...asked, preview: refused } : asked
  const { preview } = previewed
  useEffect(() => refuse(undefined), [draft])
  const take = (side: Side): void => {
    if (side === 'theirs') return beginAgain()
    const entry = preview?.conflict?.entries.find(({ feature }) => feature === detail.row.name)
    if (!preview || !entry) return
    refuse(undefined)
    setBase({ ...base, hash: preview.hash, text: entry.theirs ?? '' })
    setDraft({ kind: 'text', text: entry.mine ?? '' })
  }
  const show = (kind: Draft['kind']): void => {
    if (kind === draft.kind) return
    const entry = preview?.entries.find(({ feature }) => feature === detail.row.name)
    setDraft(
      kind === 'text' ? { kind, text: entry?.after ?? base.text } : { kind, value: detail.value },
    )
  }
  const lines = draft.kind === 'text' && edit !== undefined
  return { detail, draft, setDraft, edit, previewed, refuse, take, show, lines, hash: base.hash }
}

interface BeforeProps {
  readonly edit: ProposedEdit | undefined
  readonly previewed: Previewed
  readonly feature: string
  readonly take: (side: Side) => void
}

const Before = ({ edit, previewed, feature, take }: BeforeProps) => {
  const { preview, failure, isBehind } = previewed
  const conflict = preview?.conflict
  return (
    <Card title="Before you save">
      {failure && <Failure failure={failure} />}
      {conflict && <ConflictView conflict={conflict} feature={feature} take={take} />}
      {!edit && <p class="muted">Nothing is changed yet.</p>}
      {edit && !preview && !failure && <p class="muted">Counting who changes…</p>}
      {preview && !conflict && <PreviewView preview={preview} isBehind={isBehind} />}
    </Card>
  )
}

interface WaysProps {
  readonly kind: Draft['kind']
  readonly show: (kind: Draft['kind']) => void
}

const Ways = ({ kind, show }: WaysProps) => (
  <div class="choice" role="group" aria-label="How to edit">
    <button type="button" aria-pressed={kind === 'value'} onClick={() => show('value')}>
      Form
    </button>
    <button type="button" aria-pressed={kind === 'text'} onClick={() => show('text')}>
      Text
    </button>
  </div>
)
