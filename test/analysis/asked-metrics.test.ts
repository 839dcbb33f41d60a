/** What a report is about: metrics of the live config, and what was recorded. */
import { askedMetrics } from '../../src/analysis/asked-metrics'
import type { Metric } from '../../src/live-config/read-entries'
import { memoryStore } from '../../src/recording/memory'
import { conversionRow, exposureRow } from '../support/rows'

const metric = (name: string, also: Partial<Metric> = {}): Metric => ({
  name,
  event: name,
  type: 'rate',
  direction: 'up',
  windowMs: null,
  role: 'secondary',
  margin: 0,
  ...also,
})

async function asked(...options: readonly [metrics: readonly Metric[], conversion?: string]) {
  const [metrics, conversion] = options
  const store = memoryStore()
  await store.write({
    exposures: [exposureRow('u1', 'red')],
    conversions: [
      { ...conversionRow('u1', 1), name: 'purchase' },
      { ...conversionRow('u1', 1), name: 'visit' },
    ],
  })
  const ofUnits = await store.conversionNames('exp')
  const found = await askedMetrics(
    store,
    { names: ofUnits, ofUnits },
    {
      metrics,
      ...(conversion !== undefined && { conversion }),
    },
  )
  return found.map((one) => [one.event, one.metric?.name ?? null])
}

test('without metrics, every conversion that was recorded', async () => {
  expect(await asked([])).toEqual([
    ['purchase', null],
    ['visit', null],
  ])
})

test('metrics by their roles, also those without a conversion yet, then what no metric counts', async () => {
  const metrics = [
    metric('later'),
    metric('errors', { role: 'guardrail' }),
    metric('buyers', { event: 'purchase', role: 'primary' }),
    metric('revenue', { event: 'purchase', type: 'value' }),
  ]
  expect(await asked(metrics)).toEqual([
    ['purchase', 'buyers'],
    ['errors', 'errors'],
    ['later', 'later'],
    ['purchase', 'revenue'],
    ['visit', null],
  ])
})

test.each([
  ['the name of a metric', 'buyers', [['purchase', 'buyers']]],
  ['the name of its conversions', 'purchase', [['purchase', 'buyers']]],
  ['the name of other conversions', 'visit', [['visit', null]]],
])('asked for by %s', async (_, conversion, found) => {
  expect(await asked([metric('buyers', { event: 'purchase' })], conversion)).toEqual(found)
})

test.each([
  [[metric('buyers', { event: 'purchas' })], undefined, 'did you mean purchase?'],
  [[metric('buyers', { event: 'purchas' })], 'buyers', 'did you mean purchase?'],
  [[metric('buyers', { event: 'purchase' })], 'buyrs', 'did you mean buyers?'],
  [[], 'visits', 'did you mean visit?'],
])('a misspelt name is an error, and not 0 %%: %j, %s', async (metrics, conversion, message) => {
  await expect(asked(metrics, conversion)).rejects.toThrow(message)
})
