import { useLocation } from 'preact-iso'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FeatureList } from '../../admin/contract'
import { useQuery } from '../api/use-query'
import { count, many, populationWords } from '../parts/figures'
import { Empty, Loaded } from '../parts/states'
import { basePath } from '../shell/routes'
import { useShortcuts } from '../shell/shortcuts'
import { FeatureTable } from './feature-table'
import { FilterBar } from './filter-bar'
import { FeatureIndex, type Filters, filtersOf, NO_FILTERS, queryOf } from './search'

const COMPUTING_MS = 1000

/** Every feature, found as fast as it is typed. */
export function FeaturesPage() {
  const query = useQuery<FeatureList>('features')
  const { data, reload } = query
  useEffect(() => {
    if (!data?.isComputing) return
    const timer = setTimeout(reload, COMPUTING_MS)
    return () => clearTimeout(timer)
  }, [data, reload])
  return (
    <>
      <h1 class="hidden-label">Features</h1>
      <Loaded query={query}>{(list) => <List list={list} />}</Loaded>
    </>
  )
}

function List({ list }: { readonly list: FeatureList }) {
  const location = useLocation()
  const [filters, setFilters] = useState(() => filtersOf(location.query))
  const search = useRef<HTMLInputElement>(null)
  const index = useMemo(() => new FeatureIndex(list.features), [list])
  const found = useMemo(() => index.find(filters), [index, filters])
  const change = (next: Filters): void => {
    setFilters(next)
    history.replaceState(null, '', basePath + queryOf(next))
    window.scrollTo(0, 0)
  }
  const shortcuts = useMemo(
    () => [{ keys: '/', words: 'Search', run: () => search.current?.focus() }],
    [],
  )
  useShortcuts(shortcuts)
  return (
    <>
      <FilterBar index={index} filters={filters} change={change} search={search} />
      <p class="muted small list-count" role="status">
        {found.length === list.features.length
          ? many(found.length, 'feature')
          : `${count(found.length)} of ${many(list.features.length, 'feature')}`}
        , shares of {populationWords(list.population)}
      </p>
      {found.length > 0 ? (
        <FeatureTable rows={found} population={list.population} search={search} />
      ) : (
        <Nothing isEmpty={list.features.length === 0} showAll={() => change(NO_FILTERS)} />
      )}
    </>
  )
}

interface NothingProps {
  readonly isEmpty: boolean
  readonly showAll: () => void
}

const Nothing = ({ isEmpty, showAll }: NothingProps) =>
  isEmpty ? (
    <Empty title="There is no feature yet.">
      Add a line such as <code>feature_new_header: on</code> to the live config; it appears here
      within a second.
    </Empty>
  ) : (
    <Empty title="No feature matches.">
      <button type="button" class="button" onClick={showAll}>
        Show all
      </button>
    </Empty>
  )
