import { useState } from 'preact/hooks'
import type { AuditRow } from '../../admin/edits/contract'
import { segment } from '../api/client'
import { Diff } from '../parts/diff'
import { Dialog } from '../parts/dialog'
import { ReasonForm } from '../parts/reason-form'
import { keeperOf, SourceName } from '../parts/source-name'
import { Time } from '../parts/time'
import { showSaved } from '../edit/saved'
import { mayEdit, useSession } from '../shell/session'

/** Edits with who, when, why and what; each can be rolled back once. */
export const EditList = ({ edits }: { readonly edits: readonly AuditRow[] }) => (
  <ol class="edits">
    {edits.map((edit) => (
      <li key={edit.id} class="edit">
        <EditHead edit={edit} />
        <details>
          <summary class="small">Diff</summary>
          <p class="muted small">
            <SourceName source={edit.source} />
          </p>
          <Diff text={edit.diff} label={`What edit ${edit.id} changed`} />
        </details>
      </li>
    ))}
  </ol>
)

const KINDS: Readonly<Record<Exclude<AuditRow['kind'], 'edit'>, string>> = {
  off: 'off',
  rollback: 'rollback',
  approved: 'approved',
  gates: 'gates',
  staged: 'in stages',
  outside: 'outside',
}

function EditHead({ edit }: { readonly edit: AuditRow }) {
  const { id, at, by, reason, kind, entries, rollsBack, rolledBackBy, approvedBy } = edit
  return (
    <div class="edit-head">
      <div class="edit-words">
        <p>
          <strong>{by ?? `Somebody, in the ${keeperOf(edit.source)}`}</strong> {reason}
        </p>
        <p class="muted small facts">
          <Time at={at} />
          {kind !== 'edit' && <span class="badge">{KINDS[kind]}</span>}
          {entries.map(({ feature }) => (
            <a key={feature} href={`features/${segment(feature)}`}>
              {feature}
            </a>
          ))}
          {approvedBy !== null && <span>approved by {approvedBy}</span>}
          {rollsBack !== null && <span>rolls back edit {rollsBack}</span>}
        </p>
      </div>
      {rolledBackBy !== null ? (
        <span class="badge">rolled back by edit {rolledBackBy}</span>
      ) : (
        // What changed outside of entries, or too much for the log, is undone in the text; a ramp is resumed.
        entries.length > 0 && kind !== 'gates' && <RollBack id={id} />
      )}
    </div>
  )
}

function RollBack({ id }: { readonly id: number }) {
  const [isOpen, setOpen] = useState(false)
  const session = useSession()
  if (!mayEdit(session)) return null
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-label={`Roll back edit ${id}`}
        onClick={() => setOpen(true)}
      >
        Roll back
      </button>
      {isOpen && (
        <Dialog title={`Roll back edit ${id}?`} close={() => setOpen(false)}>
          <ReasonForm
            path={`edits/${id}/rollback`}
            label="Roll back"
            done={(answer) => {
              setOpen(false)
              showSaved(answer, `Edit ${id} is rolled back.`)
            }}
          />
        </Dialog>
      )}
    </>
  )
}
