import { useRoute } from 'preact-iso'
import { useState } from 'preact/hooks'
import type { Proposal, ProposalDetail } from '../../admin/edits/contract'
import { type ApiFailure, call, segment } from '../api/client'
import { asFailure, useQuery } from '../api/use-query'
import { PreviewView } from '../edit/preview-view'
import { titleOf } from '../../../sources/source-title'
import { Card } from '../parts/card'
import { Diff } from '../parts/diff'
import { Failure, Loaded } from '../parts/states'
import { Time } from '../parts/time'
import { hasRole, useSession } from '../shell/session'
import { showToast } from '../shell/toasts'
import { ProposalState } from './proposal-list'

/** One edit that somebody proposes, to be approved by somebody else. */
export default function ProposalPage() {
  const { params } = useRoute()
  const path = `proposals/${segment(params['id'] ?? '')}`
  const query = useQuery<ProposalDetail>(path)
  return (
    <Loaded query={query}>
      {(detail) => <Page detail={detail} path={path} reload={query.reload} />}
    </Loaded>
  )
}

interface PageProps {
  readonly detail: ProposalDetail
  readonly path: string
  readonly reload: () => void
}

function Page({ detail, path, reload }: PageProps) {
  const { proposal, preview } = detail
  const { id, at, by, reason, state, source, diff } = proposal
  return (
    <>
      <div class="page-head">
        <div class="page-head-text">
          <p class="crumb">
            <a href="changes">Changes</a>
          </p>
          <h1>
            Proposal {id} <ProposalState state={state} />
          </h1>
          <p>
            <strong>{by}</strong>, <Time at={at} />: {reason}
          </p>
          <Reviewed proposal={proposal} />
        </div>
      </div>
      <Card title={preview ? 'Before you approve' : titleOf(source)}>
        {preview ? (
          <PreviewView preview={preview} />
        ) : (
          <Diff text={diff} label={`What proposal ${id} changes`} />
        )}
        {state === 'open' && <Review proposal={proposal} path={path} reload={reload} />}
      </Card>
    </>
  )
}

function Reviewed({ proposal }: { readonly proposal: Proposal }) {
  const { reviewedBy, reviewedAt, comment, state } = proposal
  if (state === 'outdated')
    return <p>The entry has changed since, so this can no longer be approved. Propose it again.</p>
  if (reviewedBy === null || reviewedAt === null) return null
  return (
    <p>
      {state} by <strong>{reviewedBy}</strong>, <Time at={reviewedAt} />
      {comment !== null && comment !== '' && `: ${comment}`}
    </p>
  )
}

type Verdict = 'approve' | 'reject'

interface Choice {
  readonly verdict: Verdict
  readonly words: string
  readonly kind: 'primary' | 'danger'
  readonly done: string
}

const FOR_OTHERS: readonly Choice[] = [
  {
    verdict: 'approve',
    words: 'Approve, and put in force',
    kind: 'primary',
    done: 'Approved, and in force.',
  },
  { verdict: 'reject', words: 'Reject', kind: 'danger', done: 'Rejected.' },
]
const FOR_ITS_AUTHOR: readonly Choice[] = [
  { verdict: 'reject', words: 'Withdraw', kind: 'danger', done: 'Withdrawn.' },
]

interface ReviewProps {
  readonly proposal: Proposal
  readonly path: string
  readonly reload: () => void
}

function Review({ proposal, path, reload }: ReviewProps) {
  const session = useSession()
  const [comment, setComment] = useState('')
  const { review, failure } = useReview(path, reload)
  const isOwn = session.user?.name === proposal.by
  if (!isOwn && !hasRole(session, 'approver'))
    return <p class="muted">Your role may not approve.</p>
  return (
    <div class="review">
      {isOwn && <p class="muted">Somebody else has to approve what you proposed.</p>}
      {failure && <Failure failure={failure} />}
      <label>
        <span class="label">Comment; needed to {isOwn ? 'withdraw' : 'reject'}</span>
        <textarea
          class="field"
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      </label>
      <div class="actions">
        {(isOwn ? FOR_ITS_AUTHOR : FOR_OTHERS).map((choice) => (
          <button
            key={choice.verdict}
            type="button"
            class={`button ${choice.kind}`}
            disabled={choice.verdict === 'reject' && comment.trim() === ''}
            onClick={() => void review(choice, comment)}
          >
            {choice.words}
          </button>
        ))}
      </div>
    </div>
  )
}

function useReview(path: string, reload: () => void) {
  const [failure, setFailure] = useState<ApiFailure>()
  const review = async ({ verdict, done }: Choice, comment: string): Promise<void> => {
    try {
      await call('POST', `${path}/${verdict}`, comment === '' ? {} : { comment })
      showToast({ text: done })
    } catch (error) {
      setFailure(asFailure(error))
    }
    reload()
  }
  return { review, failure }
}
