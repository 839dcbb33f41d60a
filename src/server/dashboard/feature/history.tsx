import type { AuditLog } from '../../admin/edits/contract'
import { useQuery } from '../api/use-query'
import { EditList } from '../changes/edit-list'
import { Card } from '../parts/card'
import { Loaded } from '../parts/states'

/** The edits of one feature, each with its diff. */
export function History({ name }: { readonly name: string }) {
  const query = useQuery<AuditLog>(`edits?feature=${encodeURIComponent(name)}&limit=10`)
  return (
    <Card title="History">
      <Loaded query={query}>
        {({ edits }) =>
          edits.length > 0 ? (
            <EditList edits={edits} />
          ) : (
            <p class="muted">
              No edit of it is known here yet. What happened to the live config as a whole is in
              Now.
            </p>
          )
        }
      </Loaded>
    </Card>
  )
}
