import { eventually } from '../../../support/eventually'
import { experimentOf, PAGES } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)

test('an experiment is read: the split, the data, phases, metrics with intervals, files to take along', async () => {
  await on('/experiments/4711', async (page) => {
    await page.getByText('No mismatch found.').waitFor()
    await page.getByText('4 units').waitFor()
    await page.getByText('Conversions before the exposure').waitFor()
    await page
      .getByRole('region', { name: 'Phases as a table' })
      .getByText('variants, traffic')
      .waitFor()
    const table = page.getByRole('region', { name: 'purchase, rate by variant' })
    await table.getByText('+13 % to +29 %').waitFor()
    await table.getByText('+5 % to +37 %').waitFor()
    const guardrail = page.locator('section.metric', { hasText: 'errors' })
    expect(await guardrail.getByText('worse than the margin').count()).toBe(2)
    await page.getByText('9, on 4 days').waitFor()
    const segment = page.getByRole('region', { name: 'purchase by country' })
    expect(await segment.getByRole('row').count()).toBe(5)
    await segment.getByText('unknown').first().waitFor()
    await page.locator('.chart svg path').first().waitFor()
    for (const file of ['csv', 'svg']) {
      const link = page.getByRole('link', { name: file.toUpperCase() })
      expect(await link.getAttribute('href')).toBe(
        `${scene().url}/api/v1/experiments/4711/report.${file}?again=true`,
      )
      expect(await link.getAttribute('download')).toBe(`4711.${file}`)
    }
  })
})

test('phases that begin on one day have their times', async () => {
  const view = experimentOf([2051, 2010, 2059], 'no-mismatch')
  const day = Date.UTC(2026, 10, 8)
  const phases = view.report.phases.map((phase, i) => ({
    ...phase,
    ...{ from: day, since: day + (9 + i) * 3_600_000 },
  }))
  scene().api.answer({
    'GET experiments/4711': () => ({ json: { ...view, report: { ...view.report, phases } } }),
  })
  await on('/experiments/4711', async (page) => {
    const table = page.getByRole('region', { name: 'Phases as a table' })
    await table.getByText('2026-11-08 09:00 UTC').waitFor()
    await table.getByText('2026-11-08 10:00 UTC').waitFor()
  })
})

test.each([
  [true, 'Do not go by their intervals.'],
  [false, 'The differences are of groups of about one size'],
])(
  'of skewed values, it says whether differences are skewed as well: %s',
  async (isSkewed, words) => {
    const view = experimentOf([2051, 2010, 2059], 'no-mismatch')
    const conversions = view.report.conversions.map((one) => ({
      ...one,
      ...{ metric: one.metric && { ...one.metric, type: 'value' as const }, isSkewed },
      unitsForMean: 142_000,
    }))
    scene().api.answer({
      'GET experiments/4711': () => ({
        json: { ...view, report: { ...view.report, conversions } },
      }),
    })
    await on('/experiments/4711', async (page) => {
      await page.getByText('they need 142,000 units in each variant').first().waitFor()
      expect(await page.getByText(words).count()).toBe(2)
    })
  },
)

test('where some units are in no test of the split, the shares beside the expected ones are those of the others', async () => {
  const view = experimentOf([2000, 2000, 4000], 'no-mismatch')
  const variants = view.report.variants.map((one) => ({
    ...one,
    ...{ tested: 2000, testedShare: 1 / 3, share: one.units / 8000 },
  }))
  scene().api.answer({
    'GET experiments/4711': () => ({ json: { ...view, report: { ...view.report, variants } } }),
  })
  await on('/experiments/4711', async (page) => {
    const table = page.getByRole('region', { name: 'Shares by variant' })
    await table.getByText('Tested').waitFor()
    const cells = table.getByRole('row', { name: 'playful' }).getByRole('cell')
    expect((await cells.allTextContents()).slice(0, 5)).toEqual([
      ...['4,000', '2,000', '2,000', '33.3 %', '33.3 %'],
    ])
  })
})

test('metrics that were never recorded are named where the data are judged', async () => {
  const view = experimentOf([2051, 2010, 2059], 'no-mismatch')
  const conversions = view.report.conversions.map((one, i) =>
    i === 0 ? { ...one, unrecorded: { event: 'purchase', meant: null } } : one,
  )
  const checks = [{ name: 'unrecorded', count: 1, level: 'note' } as const]
  scene().api.answer({
    'GET experiments/4711': () => ({
      json: { ...view, checks, report: { ...view.report, conversions } },
    }),
  })
  await on('/experiments/4711', async (page) => {
    await page.getByText('Metrics whose conversions were never recorded: purchase').waitFor()
  })
})

test('what there is instead of a report is said once, and nothing else', async () => {
  const view = experimentOf([0, 0, 0], 'too-few')
  const gaps = { ...view.report.gaps, nothing: { recorded: [], experiments: ['exp'] } }
  const warnings = ['nothing was recorded of experiment 4711. Send exposures.']
  scene().api.answer({
    'GET experiments/4711': () => ({
      json: { ...view, warnings, report: { ...view.report, gaps, days: [] } },
    }),
  })
  await on('/experiments/4711', async (page) => {
    await page.getByText('There is nothing to report yet.').waitFor()
    await page.getByText('Nothing was recorded of experiment 4711. Send exposures.').waitFor()
    expect(await page.getByText('..').count()).toBe(0)
    expect(await page.getByText('0 units').count()).toBe(0)
  })
})

test('what is asked is in the address, so that a link shows the same', async () => {
  const asked: string[] = []
  scene().api.answer({
    'GET experiments/4711': (_, url) => {
      asked.push(url.search)
      return { json: experimentOf([2051, 2010, 2059], 'no-mismatch') }
    },
  })
  await on('/experiments/4711', async (page) => {
    await page.getByRole('combobox', { name: 'Metric' }).selectOption('errors')
    await page.getByLabel('Window of a unit').selectOption('7d')
    await page.getByLabel('Join signed-out and signed-in time').check()
    const query = '?conversion=errors&window=7d&stitch=true'
    await page.waitForURL((url) => url.search === query)
    await eventually('the question of the address', () => asked.at(-1) === query)
    expect(await page.getByRole('link', { name: 'CSV' }).getAttribute('href')).toContain(query)
    await page.reload()
    await page.getByText('No mismatch found.').waitFor()
    expect(asked.at(-1)).toBe(query)
    expect(await page.getByLabel('Window of a unit').inputValue()).toBe('7d')
    expect(await page.getByLabel('Join signed-out and signed-in time').isChecked()).toBe(true)
  })
})

test('a question that is refused leaves the controls there, to ask another', async () => {
  scene().api.answer({
    'GET experiments/4711': (_, url) =>
      url.searchParams.get('since') === 'monday'
        ? { status: 400, json: { error: { code: 'bad_request', message: 'since is "monday"' } } }
        : { json: experimentOf([2051, 2010, 2059], 'no-mismatch') },
  })
  await on('/experiments/4711?since=monday', async (page) => {
    await page.getByRole('alert').getByText('since is "monday"').waitFor()
    await page.getByLabel('Since').selectOption('7d')
    await page.getByText('No mismatch found.').waitFor()
  })
})

test('a broken split is said first and alone, and no verdict is given', async () => {
  scene().api.answer({
    'GET experiments/4711': () => ({ json: experimentOf([2400, 1900, 1820], 'mismatch') }),
  })
  await on('/experiments/4711', async (page) => {
    const alert = page.getByRole('alert')
    await alert.getByText('The split is broken.').waitFor()
    await alert
      .getByText(
        'Farthest off: playful has 1,400 where 2,000 were expected in the phase from 2026-11-08.',
      )
      .waitFor()
    await page.getByRole('status').getByText('Red').waitFor()
    await page.getByText('Rows that were lost').waitFor()
    expect(await page.getByRole('heading', { name: 'purchase' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Show the figures, though they mislead' }).click()
    await page.getByRole('heading', { name: 'purchase primary' }).waitFor()
    const guardrail = page.locator('section.metric', { hasText: 'errors' })
    expect(await guardrail.getByText('no verdict').count()).toBe(2)
  })
})
