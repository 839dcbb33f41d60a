import type { Proposal } from '../../admin/edits/contract'
import { Time } from '../parts/time'

const BADGES: Readonly<Record<Proposal['state'], string>> = {
  open: 'accent',
  approved: 'good',
  rejected: 'bad',
  outdated: 'warn',
}

export const ProposalState = ({ state }: Pick<Proposal, 'state'>) => (
  <span class={`badge ${BADGES[state]}`}>{state}</span>
)

export const ProposalList = ({ proposals }: { readonly proposals: readonly Proposal[] }) => (
  <ol class="edits">
    {proposals.map(({ id, at, by, reason, features, state }) => (
      <li key={id} class="edit">
        <div class="edit-head">
          <div class="edit-words">
            <p>
              <strong>{by}</strong> proposes for {features.join(', ')}: {reason}
            </p>
            <p class="muted small facts">
              <Time at={at} /> <ProposalState state={state} />
            </p>
          </div>
          <a class="button small" href={`proposals/${id}`}>
            Review proposal {id}
          </a>
        </div>
      </li>
    ))}
  </ol>
)
