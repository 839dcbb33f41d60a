import { useEffect, useState } from 'preact/hooks'
import type { ConfigFile } from '../../admin/contract'
import type { Conflict, Preview, ProposedEdit } from '../../admin/edits/contract'
import { shortTitleOf } from '../../../sources/source-title'
import { Card } from '../parts/card'
import { SourceName } from '../parts/source-name'
import { BeforeSave } from './before-save'
import { usePreview } from './edit-state'
import { takeHandedOver } from './hand-over'
import { SaveBar } from './save-bar'
import type { Schema } from './schema'
import { TextEditor } from './text-editor'
import { useSave } from './use-save'

interface FileEditorProps {
  readonly newest: ConfigFile
  /** The hash of the text that is in force; another while it cannot be read. */
  readonly inForce: string
  readonly root: Schema
  /** Where the editor begins. */
  readonly line: number
  /** Throws the draft away for what is in force. */
  readonly beginAgain: () => void
}

/** The whole file on the left, what its new text would do on the right. */
export function FileEditor({ newest, inForce, root, line, beginAgain }: FileEditorProps) {
  const { file, draft, setText, edit, previewed, saving, take } = useFileEditing(newest, inForce)
  return (
    <>
      <p class="crumb">
        <a href="now">Now</a>
      </p>
      <h1 class="edit-title">Edit {shortTitleOf(file.source)}</h1>
      <div class="columns">
        <Card title="The whole text" aside={<SourceName source={file.source} />} flush>
          <TextEditor
            key={draft.hash}
            label="The whole text"
            text={draft.text}
            firstLine={1}
            line={line}
            root={root}
            problems={previewed.preview?.problems ?? []}
            change={setText}
          />
        </Card>
        <div class="sticky">
          <BeforeSave edit={edit} previewed={previewed}>
            {(conflict) => <BothVersions conflict={conflict} take={take} beginAgain={beginAgain} />}
          </BeforeSave>
          <SaveBar edit={edit} previewed={previewed} saving={saving} />
        </div>
      </div>
    </>
  )
}

function useFileEditing(newest: ConfigFile, inForce: string) {
  // A newer version of the file shows itself as a conflict in the preview.
  const [file] = useState(newest)
  const [draft, setDraft] = useState(() => ({
    hash: file.hash,
    text: takeHandedOver(file.hash) ?? file.text,
  }))
  const [refused, refuse] = useState<Preview>()
  const isChanged = draft.hash !== file.hash || draft.text !== file.text
  const edit: ProposedEdit | undefined = isChanged
    ? { source: file.source, baseHash: draft.hash, text: draft.text }
    : undefined
  const saving = useSave({ name: shortTitleOf(file.source), page: 'changes', refused: refuse })
  const asked = usePreview(edit, inForce, saving.isBusy)
  const previewed = refused ? { ...asked, preview: refused } : asked
  const { preview } = previewed
  useEffect(() => refuse(undefined), [draft])
  const take = (text: string): void => {
    if (preview) setDraft({ hash: preview.hash, text })
  }
  const setText = (text: string): void => setDraft({ ...draft, text })
  return {
    file,
    draft,
    setText,
    edit,
    previewed,
    saving,
    take: (merged: string | null) => take(merged ?? draft.text),
  }
}

interface BothVersionsProps {
  readonly conflict: Conflict
  /** Goes on over the newest file: with the merge, or, without one, with what was typed. */
  readonly take: (merged: string | null) => void
  readonly beginAgain: () => void
}

/** The file changed underneath: a merge where there is one, else the choice between the two. */
function BothVersions({ conflict, take, beginAgain }: BothVersionsProps) {
  const { entries, merged } = conflict
  const contested = entries.filter(({ isConflict }) => isConflict)
  const names = (merged === null ? contested : entries).map(({ feature }) => feature).join(', ')
  return (
    <div class="conflict" role="alert">
      <h3>The live config changed while you were editing.</h3>
      {merged === null ? (
        <>
          <p>
            <strong>{names || 'The text'}</strong> changed on both sides, so nothing is merged by
            itself.
          </p>
          <p>Edit the entry alone to keep the rest of what others changed.</p>
          <div class="actions">
            <button type="button" class="button" onClick={beginAgain}>
              Begin again from theirs
            </button>
            <button type="button" class="button danger" onClick={() => take(null)}>
              Keep all of mine
            </button>
          </div>
        </>
      ) : (
        <>
          <p>Different entries were edited: {names}. Nothing is lost when both are merged.</p>
          <button type="button" class="button primary" onClick={() => take(merged)}>
            Merge, and go on
          </button>
        </>
      )}
    </div>
  )
}
