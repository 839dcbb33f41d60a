import { useLocation, useRoute } from 'preact-iso'
import { useMemo, useState } from 'preact/hooks'
import type { FeatureDetail } from '../../admin/contract'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { EntryText } from '../parts/entry-text'
import { Problems } from '../parts/problems'
import { placeText } from '../parts/source-name'
import { Empty, Loaded } from '../parts/states'
import { basePath } from '../shell/routes'
import { mayEdit, useSession } from '../shell/session'
import { useShortcuts } from '../shell/shortcuts'
import { AskedCard } from './asked-card'
import { FeatureHead } from './feature-head'
import { GatesCard } from './gates-card'
import { History } from './history'
import { References } from './references'
import { SharesCard } from './shares-card'
import { WhoGetsIt } from './who-gets-it'

/** All there is to know of one feature. */
export default function FeaturePage() {
  const { params } = useRoute()
  const name = params['name'] ?? ''
  const query = useQuery<FeatureDetail>(`features/${segment(name)}`)
  useEditKey(name)
  if (query.failure?.status === 404)
    return (
      <Empty title={`There is no feature ${name}.`}>
        It may have been renamed or removed. <a href="./">All features</a>
      </Empty>
    )
  return <Loaded query={query}>{(detail) => <Feature key={name} detail={detail} />}</Loaded>
}

function useEditKey(name: string): void {
  const { route } = useLocation()
  const isAllowed = mayEdit(useSession())
  const shortcuts = useMemo(() => {
    const run = (): void => route(`${basePath}features/${segment(name)}/edit`)
    return isAllowed ? [{ keys: 'e', words: 'Edit this feature', run }] : []
  }, [name, route, isAllowed])
  useShortcuts(shortcuts)
}

function Feature({ detail }: { readonly detail: FeatureDetail }) {
  const { row, problems, text, place } = detail
  const [decidedAt, setDecidedAt] = useState<number | null>(null)
  return (
    <>
      <FeatureHead detail={detail} />
      {problems.length > 0 && <Problems problems={problems} />}
      <div class="columns">
        <div>
          <Card title="The entry" aside={<PlaceOf detail={detail} />}>
            <InWords detail={detail} />
            <EntryText
              text={text}
              firstLine={place.line}
              marked={decidedAt}
              label={`The text of ${row.name}`}
            />
          </Card>
          {row.ramps.some(({ gates, held }) => gates.length > 0 || held !== null) && (
            <GatesCard feature={row.name} />
          )}
          <SharesCard name={row.name} />
          <AskedCard detail={detail} />
          <History name={row.name} />
          <References references={detail.references} name={row.name} />
        </div>
        <WhoGetsIt name={row.name} decided={setDecidedAt} />
      </div>
    </>
  )
}

const PlaceOf = ({ detail: { place } }: { readonly detail: FeatureDetail }) => (
  <code class="muted">{placeText(place)}</code>
)

const InWords = ({ detail: { selectors } }: { readonly detail: FeatureDetail }) =>
  selectors.length === 0 ? null : (
    <ol class="in-words">
      {selectors.map(({ selector, words, line }) => (
        <li key={`${selector}${line}`}>
          <span>{words}</span>
          <span class="muted small">
            <code>{selector}</code> line {line}
          </span>
        </li>
      ))}
    </ol>
  )
