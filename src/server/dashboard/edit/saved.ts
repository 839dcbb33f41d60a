import type { Proposal, Saved } from '../../admin/edits/contract'
import { call } from '../api/client'
import { asFailure } from '../api/use-query'
import { showToast } from '../shell/toasts'

/** What saving answers: the edit, or, where approvals are on, the proposal. */
export type Answer = Saved | Proposal

export const isProposal = (answer: Answer): answer is Proposal => 'state' in answer

/** Says that an edit is in force, with a way to undo it, or that somebody else has to approve it. */
export function showSaved(answer: Answer, text: string): void {
  if (isProposal(answer))
    return showToast({ text: `Proposed as number ${answer.id}. Somebody else approves it.` })
  const inForce = answer.generation === null ? ' It is not in force yet; Now says why.' : ''
  showToast({ text: text + inForce, action: { label: 'Undo', run: () => void undo(answer) } })
}

async function undo({ edit: { id, reason } }: Saved): Promise<void> {
  try {
    const answer = await call<Answer>('POST', `edits/${id}/rollback`, {
      reason: `Undo: ${reason ?? `edit ${id}`}`,
    })
    showToast({ text: isProposal(answer) ? 'The undo is proposed.' : 'Undone.' })
  } catch (error) {
    showToast({ text: `Not undone: ${asFailure(error).message}` })
  }
}
