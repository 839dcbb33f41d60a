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

type Asked = readonly [metrics: readonly Metric[], conversion?: string | undefined]

const asked = async (...options: Asked) =>
  (await askedOf(...options)).map((one) => [one.event, one.metric?.name ?? null])

async function askedOf(...[metrics, conversion]: Asked) {
  const store = memoryStore()
  await store.write({
    exposures: [exposureRow('u1', 'red')],
    conversions: [
      { ...conversionRow('u1', 1), name: 'purchase' },
      { ...conversionRow('u1', 1), name: 'visit' },
    ],
  })
  const ofUnits = await store.conversionNames('exp')
  return askedMetrics(
    store,
    { names: ofUnits, ofUnits },
    {
      metrics,
      ...(conversion !== undefined && { conversion }),
    },
  )
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
  [[metric('buyers', { event: 'purchase' })], 'buyrs', 'did you mean buyers?'],
  [[], 'visits', 'did you mean visit?'],
])(
  'a name that is no metric and was never recorded is an error, and not 0 %%: %j, %s',
  async (metrics, conversion, message) => {
    await expect(asked(metrics, conversion)).rejects.toThrow(message)
  },
)

test.each([
  ['purchas', undefined, { event: 'purchas', meant: 'purchase' }],
  ['purchas', 'buyers', { event: 'purchas', meant: 'purchase' }],
  ['purchas', 'purchas', { event: 'purchas', meant: 'purchase' }],
  ['error_shown', undefined, { event: 'error_shown', meant: null }],
  ['purchase', undefined, undefined],
])(
  'a metric of the event %s says that nobody was recorded for it, asked for by %s: %j',
  async (event, conversion, expected) => {
    const [first] = await askedOf([metric('buyers', { event })], conversion)
    expect(first?.unrecorded).toEqual(expected)
  },
)

test('a ratio says which of its two kinds of conversions was never recorded', async () => {
  const ratio = {
    numerator: { event: 'purchase', aggregation: 'sum' },
    denominator: { event: 'visits', aggregation: 'count' },
  } as const
  const [first, second] = await askedOf([
    metric('basket', { event: 'purchase', type: 'ratio', ratio }),
    metric('buyers', { event: 'purchase' }),
  ])
  expect(first?.unrecorded).toEqual({ event: 'visits', meant: 'visit' })
  expect(second?.unrecorded).toBeUndefined()
})
