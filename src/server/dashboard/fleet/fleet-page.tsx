import { useLocation } from 'preact-iso'
import { useEffect } from 'preact/hooks'
import type { Fleet, Quarantined, StoreName } from '../../admin/fleet/contract'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { Choose } from '../parts/choose'
import { Empty, Loaded } from '../parts/states'
import { Time } from '../parts/time'
import { basePath } from '../shell/routes'
import { useSession } from '../shell/session'
import { Processes } from './processes'
import { StagedCard } from './staged-card'

/** So that what was heard last does not stand still. */
const AGAIN_MS = 10_000

/** Which process has which generation, and what is on its way. */
export default function FleetPage() {
  const { query } = useLocation()
  const { hasStore } = useSession().server
  const source = query['source']
  const path = source === undefined ? 'fleet' : `fleet?source=${encodeURIComponent(source)}`
  const fleet = useQuery<Fleet>(hasStore ? path : null)
  useEffect(() => {
    const timer = setInterval(fleet.reload, AGAIN_MS)
    return () => clearInterval(timer)
  }, [fleet.reload])
  if (!hasStore)
    return (
      <Empty title="No live config of this server is in a store.">
        Processes that read one from Redis, PostgreSQL, etcd, ZooKeeper, NATS or S3 are listed here.
      </Empty>
    )
  return <Loaded query={fleet}>{(found) => <Page fleet={found} />}</Loaded>
}

const Page = ({ fleet }: { readonly fleet: Fleet }) => (
  <>
    <div class="page-head">
      <div class="page-head-text">
        <h1>Fleet</h1>
        <p class="muted">
          {fleet.title}
          {fleet.generation === null
            ? ': no generation is in force.'
            : `: generation ${fleet.generation} is in force.`}
        </p>
      </div>
      <Stores stores={fleet.stores} source={fleet.source} page="fleet" />
    </div>
    {fleet.staged && <StagedCard staged={fleet.staged} source={fleet.source} />}
    <Processes processes={fleet.processes} staged={fleet.staged} />
    {fleet.quarantined.length > 0 && (
      <Quarantine quarantined={fleet.quarantined} source={fleet.source} />
    )}
  </>
)

interface StoresProps {
  readonly stores: readonly StoreName[]
  readonly source: string
  readonly page: string
}

/** Which one, where there are several. */
export function Stores({ stores, source, page }: StoresProps) {
  const { route } = useLocation()
  if (stores.length < 2) return null
  return (
    <Choose
      label="Store"
      value={source}
      options={stores.map((one) => [one.source, one.title])}
      change={(next) => route(`${basePath}${page}?source=${encodeURIComponent(next)}`)}
    />
  )
}

interface QuarantineProps {
  readonly quarantined: readonly Quarantined[]
  readonly source: string
}

const Quarantine = ({ quarantined, source }: QuarantineProps) => (
  <Card title="Under quarantine">
    <p class="muted small">Texts that were taken back. No process takes one of them.</p>
    <ol class="edits">
      {quarantined.map(({ generation, reason, hosts, by, at }) => (
        <li key={generation} class="edit">
          <p class="edit-words">
            <a href={`generations?source=${encodeURIComponent(source)}&to=${generation}`}>
              Generation {generation}
            </a>{' '}
            {reason}
          </p>
          <p class="muted small facts">
            <Time at={at} />
            {by !== null && <span>published by {by}</span>}
            {hosts.length > 0 && <span>bad in {hosts.map(({ host }) => host).join(', ')}</span>}
          </p>
        </li>
      ))}
    </ol>
  </Card>
)
