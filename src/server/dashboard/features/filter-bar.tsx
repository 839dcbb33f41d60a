import type { Ref } from 'preact'
import { Choose } from '../parts/choose'
import { type FeatureIndex, type Filters, NO_FILTERS, queryOf } from './search'

interface FilterBarProps {
  readonly index: FeatureIndex
  readonly filters: Filters
  readonly change: (filters: Filters) => void
  readonly search: Ref<HTMLInputElement>
}

const STATES = [
  ['', 'Any state'],
  ['on', 'On for all'],
  ['off', 'Off'],
  ['partial', 'Depends on who'],
  ['experiment', 'Experiment'],
  ['broken', 'Broken'],
] as const

const MARKS = [
  ['isStale', 'Stale'],
  ['hasProblems', 'With problems'],
  ['runsExperiment', 'Experiment running'],
] as const

const withAny = (words: string, texts: readonly string[]) => [
  ['', words] as const,
  ...texts.map((one) => [one, one] as const),
]

/** The search and the filters above the list. */
export function FilterBar({ index, filters, change, search }: FilterBarProps) {
  const set = (some: Partial<Filters>): void => change({ ...filters, ...some })
  return (
    <search class="filters">
      <SearchField text={filters.text} change={(text) => set({ text })} search={search} />
      <Choose
        label="State"
        value={filters.state}
        options={STATES}
        change={(value) => set({ state: value as Filters['state'] })}
      />
      <Choose
        label="Owner"
        value={filters.owner}
        options={withAny('Any owner', index.owners)}
        change={(owner) => set({ owner })}
      />
      <Choose
        label="Tag"
        value={filters.tag}
        options={withAny('Any tag', index.tags)}
        change={(tag) => set({ tag })}
      />
      <Marks filters={filters} set={set} />
      {queryOf(filters) !== '' && (
        <button type="button" class="button small quiet" onClick={() => change(NO_FILTERS)}>
          Show all
        </button>
      )}
    </search>
  )
}

interface MarksProps {
  readonly filters: Filters
  readonly set: (some: Partial<Filters>) => void
}

const Marks = ({ filters, set }: MarksProps) =>
  MARKS.map(([key, words]) => (
    <label key={key} class="check">
      <input
        type="checkbox"
        checked={filters[key]}
        onChange={(event) => set({ [key]: event.currentTarget.checked })}
      />
      {words}
    </label>
  ))

interface SearchFieldProps {
  readonly text: string
  readonly change: (text: string) => void
  readonly search: Ref<HTMLInputElement>
}

const SearchField = ({ text, change, search }: SearchFieldProps) => (
  <label class="filter-search">
    <span class="hidden-label">Search features by name, owner, tag or description</span>
    <input
      ref={search}
      class="field"
      type="search"
      placeholder="Search name, owner, tag, description"
      autocomplete="off"
      spellcheck={false}
      value={text}
      onInput={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && change('')}
    />
    <kbd aria-hidden="true">/</kbd>
  </label>
)
