import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import type {
  ChangedUnderneath,
  Preview,
  ProposedEdit,
  SaveEdit,
  StagesOfEdit,
} from '../../admin/edits/contract'
import type { Staging } from '../../admin/fleet/contract'
import { type ApiFailure, call } from '../api/client'
import { asFailure } from '../api/use-query'
import { Failure } from '../parts/states'
import { basePath } from '../shell/routes'
import { useSession } from '../shell/session'
import { showToast } from '../shell/toasts'
import type { Previewed } from './edit-state'
import { type Answer, isProposal, showSaved } from './saved'
import { StagesField } from './stages-field'

interface SaveBarProps {
  readonly edit: ProposedEdit | undefined
  readonly previewed: Previewed
  /** Of what is edited. */
  readonly name: string
  /** Where to go after saving. */
  readonly page: string
  /** The file has changed since the preview. */
  readonly refused: (preview: Preview) => void
}

/** Why, and the button that saves; it says what is missing while it is not ready. */
export function SaveBar({ edit, previewed, name, page, refused }: SaveBarProps) {
  const [reason, setReason] = useState('')
  const [stages, setStages] = useState<StagesOfEdit>()
  const { save, failure, isBusy } = useSave({ name, page, refused })
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

function useSave({ name, page, refused }: Pick<SaveBarProps, 'name' | 'page' | 'refused'>) {
  const { route } = useLocation()
  const [failure, setFailure] = useState<ApiFailure>()
  const [isBusy, setBusy] = useState(false)
  const save = async (edit: SaveEdit): Promise<void> => {
    setBusy(true)
    setFailure(undefined)
    try {
      const answer = await call<Answer | Staging>('POST', 'edits', edit)
      if ('staging' in answer) {
        showToast({ text: `Generation ${answer.staging.generation} has begun its stages.` })
        return route(`${basePath}fleet`)
      }
      showSaved(answer, `${name} is saved, and in force.`)
      route(basePath + (isProposal(answer) ? `proposals/${answer.id}` : page))
    } catch (error) {
      const found = asFailure(error)
      if (found.code === 'changed') refused((found.body as ChangedUnderneath).preview)
      else setFailure(found)
    } finally {
      setBusy(false)
    }
  }
  return { save, failure, isBusy }
}
