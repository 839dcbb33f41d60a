import type { FeatureRow, FeatureState } from '../../admin/contract'

/** What the list is narrowed to; empty texts and false narrow nothing. */
export interface Filters {
  readonly text: string
  readonly state: FeatureState | ''
  readonly owner: string
  readonly tag: string
  readonly isStale: boolean
  readonly hasProblems: boolean
  readonly runsExperiment: boolean
}

export const NO_FILTERS: Filters = {
  text: '',
  state: '',
  owner: '',
  tag: '',
  isStale: false,
  hasProblems: false,
  runsExperiment: false,
}

interface Indexed {
  readonly row: FeatureRow
  readonly name: string
  readonly all: string
}

const NOT_RUNNING = ['draft', 'paused', 'stopped', 'completed', 'archived']

/** The rows of a list, made ready so that each keystroke only compares texts. */
export class FeatureIndex {
  readonly owners: readonly string[]
  readonly tags: readonly string[]
  private readonly indexed: readonly Indexed[]

  constructor(rows: readonly FeatureRow[]) {
    this.indexed = rows.map((row) => ({
      row,
      name: row.name.toLowerCase(),
      all: [row.name, row.owner, ...row.tags, row.description].join('\n').toLowerCase(),
    }))
    this.owners = distinct(rows.flatMap(({ owner }) => owner ?? []))
    this.tags = distinct(rows.flatMap(({ tags }) => tags))
  }

  /** Every word must be found; names that begin with the text are first, then names that hold it. */
  find(filters: Filters): readonly FeatureRow[] {
    const text = filters.text.trim().toLowerCase()
    const words = text.split(/\s+/).filter((word) => word !== '')
    const found = this.indexed.filter(
      ({ row, all }) => words.every((word) => all.includes(word)) && matches(row, filters),
    )
    if (text === '') return found.map(({ row }) => row)
    const ranked: FeatureRow[][] = [[], [], []]
    for (const { row, name } of found)
      ranked[name.startsWith(text) ? 0 : name.includes(text) ? 1 : 2]?.push(row)
    return ranked.flat()
  }
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()

function matches(row: FeatureRow, filters: Filters): boolean {
  return (
    (filters.state === '' || row.state === filters.state) &&
    (filters.owner === '' || row.owner === filters.owner) &&
    (filters.tag === '' || row.tags.includes(filters.tag)) &&
    (!filters.isStale || row.stale.length > 0) &&
    (!filters.hasProblems || row.problems > 0) &&
    (!filters.runsExperiment || isRunning(row))
  )
}

const isRunning = ({ experiment }: FeatureRow): boolean =>
  experiment !== null && !NOT_RUNNING.includes(experiment.status ?? '')

/** As the query of the page's address, so that a search can be sent to somebody. */
export function queryOf(filters: Filters): string {
  const query = new URLSearchParams()
  if (filters.text !== '') query.set('q', filters.text)
  for (const key of ['state', 'owner', 'tag'] as const)
    if (filters[key] !== '') query.set(key, filters[key])
  for (const [key, name] of FLAGS) if (filters[key]) query.set(name, '1')
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

const FLAGS = [
  ['isStale', 'stale'],
  ['hasProblems', 'problems'],
  ['runsExperiment', 'experiment'],
] as const

const STATES: readonly string[] = ['on', 'off', 'partial', 'experiment', 'broken']

export function filtersOf(query: Readonly<Record<string, string>>): Filters {
  const state = query['state'] ?? ''
  return {
    text: query['q'] ?? '',
    state: STATES.includes(state) ? (state as FeatureState) : '',
    owner: query['owner'] ?? '',
    tag: query['tag'] ?? '',
    isStale: query['stale'] === '1',
    hasProblems: query['problems'] === '1',
    runsExperiment: query['experiment'] === '1',
  }
}
