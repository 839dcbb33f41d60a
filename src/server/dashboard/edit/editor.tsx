import type { FeatureDetail } from '../../admin/contract'
import { segment } from '../api/client'
import { Card } from '../parts/card'
import { BeforeSave } from './before-save'
import { ConflictView } from './conflict-view'
import type { Draft } from './edit-state'
import { EntryForm } from './entry-form'
import { SaveBar } from './save-bar'
import type { Schema } from './schema'
import { TextEditor } from './text-editor'
import { useEditing } from './use-editing'

interface EditorProps {
  readonly newest: FeatureDetail
  readonly root: Schema
  /** Throws the draft away for what is in force. */
  readonly beginAgain: () => void
}

/** The draft on the left, what it would do on the right, and the reason below. */
export function Editor({ newest, root, beginAgain }: EditorProps) {
  const editing = useEditing(newest, beginAgain)
  const { edit, previewed, saving, take } = editing
  const { name } = editing.detail.row
  return (
    <>
      <p class="crumb">
        <a href="./">Features</a> / <a href={`features/${segment(name)}`}>{name}</a>
      </p>
      <h1 class="edit-title">Edit {name}</h1>
      <div class="columns">
        <Entry editing={editing} root={root} />
        <div class="sticky">
          <BeforeSave edit={edit} previewed={previewed}>
            {(conflict) => <ConflictView conflict={conflict} feature={name} take={take} />}
          </BeforeSave>
          <SaveBar edit={edit} previewed={previewed} saving={saving} />
        </div>
      </div>
    </>
  )
}

interface EntryProps {
  readonly editing: ReturnType<typeof useEditing>
  readonly root: Schema
}

function Entry({ editing, root }: EntryProps) {
  const { detail, draft, setDraft, edit, previewed, show, showFile, hash } = editing
  return (
    <Card title="The entry" aside={<Ways kind={draft.kind} show={show} showFile={showFile} />}>
      {draft.kind === 'value' ? (
        <EntryForm
          root={root}
          value={draft.value}
          change={(value) => setDraft({ kind: 'value', value })}
        />
      ) : (
        <TextEditor
          key={hash}
          label="The text of the entry"
          text={draft.text}
          firstLine={detail.place.line}
          root={root}
          problems={previewed.preview?.problems ?? []}
          change={(text) => setDraft({ kind: 'text', text })}
        />
      )}
      {draft.kind === 'text' && edit && (
        <p class="muted small">Going back to the form drops these lines.</p>
      )}
    </Card>
  )
}

interface WaysProps {
  readonly kind: Draft['kind']
  readonly show: (kind: Draft['kind']) => void
  readonly showFile: () => void
}

const Ways = ({ kind, show, showFile }: WaysProps) => (
  <div class="choice" role="group" aria-label="How to edit">
    <button type="button" aria-pressed={kind === 'value'} onClick={() => show('value')}>
      Form
    </button>
    <button type="button" aria-pressed={kind === 'text'} onClick={() => show('text')}>
      Text
    </button>
    <button type="button" onClick={showFile}>
      Whole text
    </button>
  </div>
)
