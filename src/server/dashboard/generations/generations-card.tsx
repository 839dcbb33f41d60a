import { useState } from 'preact/hooks'
import type { Generation, Generations } from '../../admin/fleet/contract'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { Choose } from '../parts/choose'
import { Empty, Loaded } from '../parts/states'
import { Time } from '../parts/time'
import { mayEdit, useSession } from '../shell/session'

const LISTED = 20

/** Every generation of a store, whoever published it, also from before this server began. */
export function GenerationsCard() {
  const [before, setBefore] = useState<number>()
  const [source, setSource] = useState<string>()
  const named = source === undefined ? '' : `&source=${encodeURIComponent(source)}`
  const from = before === undefined ? '' : `&before=${before}`
  const query = useQuery<Generations>(`generations?limit=${LISTED}${from}${named}`)
  const found = query.data
  const choose = (next: string): void => {
    setBefore(undefined)
    setSource(next)
  }
  return (
    <Card title="Generations" aside={found && <Which found={found} change={choose} />}>
      <Loaded query={query}>
        {(page) => (
          <>
            <Remarks page={page} />
            <ol class="edits">
              {page.generations.map((one) => (
                <Row key={one.generation} one={one} page={page} />
              ))}
            </ol>
            <Paging page={page} before={before} change={setBefore} />
          </>
        )}
      </Loaded>
    </Card>
  )
}

interface PagingProps {
  readonly page: Generations
  readonly before: number | undefined
  readonly change: (before: number | undefined) => void
}

const Paging = ({ page, before, change }: PagingProps) => (
  <div class="actions">
    {before !== undefined && (
      <button type="button" class="button" onClick={() => change(undefined)}>
        The newest
      </button>
    )}
    {page.hasMore && (
      <button
        type="button"
        class="button"
        onClick={() => change(page.generations.at(-1)?.generation)}
      >
        Older generations
      </button>
    )}
  </div>
)

interface WhichProps {
  readonly found: Generations
  readonly change: (source: string) => void
}

const Which = ({ found: { stores, source, title }, change }: WhichProps) =>
  stores.length < 2 ? (
    <span class="muted small">{title}</span>
  ) : (
    <Choose
      label="Store"
      value={source}
      options={stores.map((one) => [one.source, one.title])}
      change={change}
    />
  )

const Remarks = ({ page: { isOutside, isEmpty, generations } }: { readonly page: Generations }) => (
  <>
    {isEmpty && generations.length === 0 && (
      <Empty title="Nothing has been published yet.">
        Publish a live config with liveflag publish; it is listed here, with who and why.
      </Empty>
    )}
    {isEmpty && generations.length > 0 && (
      <p class="notice bad">
        The text is gone: somebody removed its key. Roll back to the last one.
      </p>
    )}
    {isOutside && (
      <p class="notice warn">
        The text in force was written by another tool since the newest generation.
      </p>
    )}
  </>
)

const BADGES: Readonly<Record<Generation['state'], string>> = {
  'in force': 'good',
  replaced: '',
  staged: 'accent',
  withdrawn: 'bad',
  'never published': 'warn',
}

interface RowProps {
  readonly one: Generation
  readonly page: Generations
}

function Row({ one, page }: RowProps) {
  const { generation, by, reason, at, state, kind, of, quarantined } = one
  return (
    <li class="edit">
      <div class="edit-head">
        <div class="edit-words">
          <p>
            <strong>{generation}</strong> <span class={`badge ${BADGES[state]}`}>{state}</span>{' '}
            <strong>{by ?? (kind === 'outside' ? 'Another tool' : 'Somebody')}</strong> {reason}
          </p>
          <p class="muted small facts">
            <Time at={at} />
            {kind === 'staged' && <span>in stages</span>}
            {kind === 'outside' && <span>not through liveflag</span>}
            {of !== undefined && <span>back to {of}</span>}
          </p>
          {quarantined && <p class="small">Taken back: {quarantined.reason}</p>}
        </div>
        <Links one={one} page={page} />
      </div>
    </li>
  )
}

/** What was taken back is refused; a command puts it in force all the same. */
const MAY_COME_BACK: ReadonlySet<Generation['state']> = new Set([
  'in force',
  'replaced',
  'never published',
])

function Links({ one: { generation, basedOn, state }, page: { source, current } }: RowProps) {
  const session = useSession()
  const at = (sides: string): string => `generations?source=${encodeURIComponent(source)}&${sides}`
  return (
    <div class="actions">
      <a class="button small" href={at(`from=${basedOn ?? 0}&to=${generation}`)}>
        What {generation} changed
      </a>
      {mayEdit(session) && generation !== current && MAY_COME_BACK.has(state) && (
        <a class="button small" href={at(`to=${generation}`)}>
          Roll back to {generation}
        </a>
      )}
    </div>
  )
}
