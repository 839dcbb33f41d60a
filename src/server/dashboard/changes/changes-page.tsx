import { useState } from 'preact/hooks'
import type { AuditLog, Proposals } from '../../admin/edits/contract'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { Empty, Loaded } from '../parts/states'
import { GenerationsCard } from '../generations/generations-card'
import { useSession } from '../shell/session'
import { EditList } from './edit-list'
import { ProposalList } from './proposal-list'

const STEP = 30

/** What waits for approval, and every edit that was saved here. */
export default function ChangesPage() {
  const { server } = useSession()
  return (
    <>
      <div class="page-head">
        <h1>Changes</h1>
      </div>
      {server.needsApproval && <Waiting />}
      {server.hasStore && <GenerationsCard />}
      <SavedHere />
    </>
  )
}

function Waiting() {
  const proposals = useQuery<Proposals>('proposals?state=open')
  return (
    <Card title="Waiting for approval">
      <Loaded query={proposals}>
        {({ proposals: open }) =>
          open.length > 0 ? <ProposalList proposals={open} /> : <p class="muted">Nothing waits.</p>
        }
      </Loaded>
    </Card>
  )
}

function SavedHere() {
  const [limit, setLimit] = useState(STEP)
  const log = useQuery<AuditLog>(`edits?limit=${limit}`)
  return (
    <Card title="Edits">
      <Loaded query={log}>
        {({ edits, hasMore }) =>
          edits.length === 0 ? (
            <Empty title="No edit is known here yet.">
              Open a feature and edit it: each edit is listed here, with who made it and why.
            </Empty>
          ) : (
            <>
              <EditList edits={edits} />
              {hasMore && (
                <button type="button" class="button" onClick={() => setLimit(limit + STEP)}>
                  Show older ones
                </button>
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  )
}
