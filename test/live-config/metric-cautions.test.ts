/** What `check` says of metrics that count conversions of nearly the same name. */
import { checkText } from '../../src'

const cautions = (metrics: string, compat: 'liveflag' | 'r2' = 'liveflag') =>
  checkText(`metrics: ${metrics}\nfeature_a: on\n`, { cautions: true, compat }).problems.filter(
    ({ code }) => code === 'similar-event',
  )

test.each([
  ['one letter more', 'purchase', 'purchases'],
  ['two letters that are swapped', 'purchase', 'purchsae'],
  ['another case', 'purchase', 'Purchase'],
  ['words that are joined in another way', 'add_to_cart', 'addToCart'],
])('%s is a warning at the second metric', (_, first, second) => {
  expect(cautions(`[{name: one, event: ${first}}, {name: two, event: ${second}}]`)).toMatchObject([
    {
      severity: 'warning',
      path: 'metrics.1.event',
      line: 1,
      message: `the metric two counts ${second}, and one counts ${first}; if these are the same conversions, write the name that is recorded`,
    },
  ])
})

test.each([
  ['the same name', 'purchase', 'purchase'],
  ['steps, which differ by a digit', 'step_1', 'step_2'],
  ['words that people distinguish', 'signin', 'signup'],
  ['short names', 'buy', 'bug'],
])('of %s it says nothing', (_, first, second) => {
  expect(cautions(`[{name: one, event: ${first}}, {name: two, event: ${second}}]`)).toEqual([])
})

test('the parts of a ratio are names of conversions as well', () => {
  const ratio = '{name: ctr, ratio: {numerator: click, denominator: views}}'
  expect(
    cautions(`[{name: seen, event: viewS}, {name: looks, event: view}, ${ratio}]`),
  ).toMatchObject([{ path: 'metrics.1.event' }, { path: 'metrics.2.ratio.denominator' }])
  expect(cautions(`[{name: seen, event: view}, ${ratio}]`, 'r2')).toEqual([])
})
