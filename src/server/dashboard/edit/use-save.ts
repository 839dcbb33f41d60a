import { useLocation } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { ChangedUnderneath, Preview, SaveEdit } from '../../admin/edits/contract'
import type { Staging } from '../../admin/fleet/contract'
import { type ApiFailure, call } from '../api/client'
import { asFailure } from '../api/use-query'
import { basePath } from '../shell/routes'
import { showToast } from '../shell/toasts'
import { type Answer, isProposal, showSaved } from './saved'

interface SaveOptions {
  /** Of what is edited. */
  readonly name: string
  /** Where to go after saving. */
  readonly page: string
  /** The file has changed since the preview. */
  readonly refused: (preview: Preview) => void
}

export interface Saving {
  readonly save: (edit: SaveEdit) => Promise<void>
  readonly failure: ApiFailure | undefined
  /** An answer is awaited: what changes meanwhile may be what is saved. */
  readonly isBusy: boolean
}

/** Saves an edit, says so, and leads on; what is refused stays on the page. */
export function useSave({ name, page, refused }: SaveOptions): Saving {
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
