import {
  FeatureIndex,
  filtersOf,
  NO_FILTERS,
  queryOf,
} from '../../../../src/server/dashboard/features/search'
import { manyRows, rowOf } from '../mock-rows'

const rows = [
  rowOf('search_v2', { owner: 'Search', description: 'The new search', tags: ['q4'] }),
  rowOf('old_search', { owner: 'ads', state: 'off' }),
  rowOf('banner', { owner: 'ads', description: 'A search box in the banner', problems: 1 }),
  rowOf('chat', {
    tags: ['q4'],
    stale: [{ kind: 'expired', text: 'expired', nextStep: 'Remove it.' }],
    experiment: { id: '1', status: 'running' },
    state: 'experiment',
  }),
  rowOf('poll', { experiment: { id: '2', status: 'stopped' }, state: 'experiment' }),
]
const index = new FeatureIndex(rows)
const names = (some: Partial<typeof NO_FILTERS>): string[] =>
  index.find({ ...NO_FILTERS, ...some }).map(({ name }) => name)

test.each([
  [{}, ['search_v2', 'old_search', 'banner', 'chat', 'poll']],
  [{ text: 'search' }, ['search_v2', 'old_search', 'banner']],
  [{ text: '  SEARCH box ' }, ['banner']],
  [{ text: 'q4' }, ['search_v2', 'chat']],
  [{ text: 'ads' }, ['old_search', 'banner']],
  [{ text: 'nothing like it' }, []],
  [{ owner: 'ads' }, ['old_search', 'banner']],
  [{ tag: 'q4', text: 'c' }, ['chat', 'search_v2']],
  [{ state: 'off' as const }, ['old_search']],
  [{ isStale: true }, ['chat']],
  [{ hasProblems: true }, ['banner']],
  [{ runsExperiment: true }, ['chat']],
])('%j finds %j', (filters, expected) => {
  expect(names(filters)).toEqual(expected)
})

test('owners and tags to choose from are each named once, sorted', () => {
  expect([index.owners, index.tags]).toEqual([['Search', 'ads'], ['q4']])
})

test('filters go into the address and come back out of it', () => {
  const filters = { ...NO_FILTERS, text: 'a&b', state: 'off' as const, tag: 'q4', isStale: true }
  const query = queryOf(filters)
  expect(query).toBe('?q=a%26b&state=off&tag=q4&stale=1')
  expect(filtersOf(Object.fromEntries(new URLSearchParams(query)))).toEqual(filters)
  expect(queryOf(NO_FILTERS)).toBe('')
  expect(filtersOf({ state: 'constructor' })).toEqual(NO_FILTERS)
})

test('a keystroke over 5,000 features costs a few milliseconds', () => {
  const long = new FeatureIndex(manyRows(5000))
  const begun = process.cpuUsage()
  for (let i = 0; i < 20; i++) long.find({ ...NO_FILTERS, text: 'search ban' })
  const { user } = process.cpuUsage(begun)
  expect(user / 1000 / 20).toBeLessThan(30)
})
