import { useState } from 'preact/hooks'
import type { Preview, ProposedEdit, StagesOfEdit } from '../../admin/edits/contract'
import { Failure } from '../parts/states'
import { useSession } from '../shell/session'
import type { Previewed } from './edit-state'
import { StagesField } from './stages-field'
import type { Saving } from './use-save'

interface SaveBarProps {
  readonly edit: ProposedEdit | undefined
  readonly previewed: Previewed
  readonly saving: Saving
}

/** Why, and the button that saves; it says what is missing while it is not ready. */
export function SaveBar({ edit, previewed, saving }: SaveBarProps) {
  const [reason, setReason] = useState('')
  const [stages, setStages] = useState<StagesOfEdit>()
  const { save, failure, isBusy } = saving
  const missing = missingOf(edit, previewed, reason)
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (edit && missing === '')
      void save({ ...edit, reason: reason.trim(), ...(stages && { stages }) })
  }
  return (
    <form class="save-bar card" onSubmit={submit}>
      {failure && <Failure failure={failure} />}
      <label>
        <span class="label">Reason, for the history</span>
        <input
          class="field"
          autocomplete="off"
          maxLength={500}
          placeholder="Why, for whoever reads it at 3 a.m."
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      {previewed.preview?.canStage && !previewed.preview.needsApproval && (
        <StagesField value={stages} change={setStages} />
      )}
      <SaveButton
        missing={missing}
        isBusy={isBusy}
        preview={previewed.preview}
        isStaged={stages !== undefined}
      />
    </form>
  )
}

interface SaveButtonProps {
  readonly preview: Preview | undefined
  readonly missing: string
  readonly isBusy: boolean
  readonly isStaged: boolean
}

/** Whether it is a proposal depends on who saves, which the preview says. */
function SaveButton({ missing, isBusy, preview, isStaged }: SaveButtonProps) {
  const { server } = useSession()
  const isProposed = preview?.needsApproval ?? server.needsApproval
  return (
    <div class="save-row">
      <button
        type="submit"
        class="button primary big"
        disabled={missing !== '' || isBusy}
        aria-describedby="save-missing"
      >
        {isProposed ? 'Propose' : isStaged ? 'Save in stages' : 'Save'}
      </button>
      <span id="save-missing" class="muted small">
        {missing}
      </span>
    </div>
  )
}

function missingOf(edit: ProposedEdit | undefined, previewed: Previewed, reason: string): string {
  const { preview, failure, isBehind } = previewed
  if (!edit) return 'Change something first.'
  if (failure) return 'This cannot be saved.'
  if (isBehind || !preview) return 'Counting who changes…'
  if (preview.conflict) return 'Merge the two versions first.'
  if (preview.diff === '') return 'Nothing would change.'
  if (preview.isRefused) {
    const line = preview.problems.find(({ severity }) => severity === 'error')?.line
    return `Fix the error${line === undefined ? '' : ` in line ${line}`} first.`
  }
  return reason.trim() === '' ? 'Give a reason.' : ''
}
