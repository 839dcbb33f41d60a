import { experimentOf, PAGES } from '../mock-pages'
import { pageTests } from '../scene'

const { scene, on } = pageTests(PAGES)

test('an experiment is read: shares, leaks, conversions with intervals, files to take along', async () => {
  await on('/experiments/4711', async (page) => {
    await page.getByText('No mismatch found.').waitFor()
    await page.getByText('4 units').waitFor()
    await page.getByText('+1 % to +3.4 %').waitFor()
    await page.locator('.chart canvas').waitFor()
    for (const file of ['csv', 'svg']) {
      const link = page.getByRole('link', { name: file.toUpperCase() })
      expect(await link.getAttribute('href')).toBe(
        `${scene().url}/api/v1/experiments/4711/report.${file}`,
      )
      expect(await link.getAttribute('download')).toBe(`4711.${file}`)
    }
  })
})

test('a broken split is said first and alone', async () => {
  scene().api.answer({
    'GET experiments/4711': () => ({ json: experimentOf([2400, 1900, 1820], 'mismatch') }),
  })
  await on('/experiments/4711', async (page) => {
    await page.getByRole('alert').getByText('The split is broken.').waitFor()
    expect(await page.getByText('purchase').count()).toBe(0)
    await page.getByRole('button', { name: 'Show the figures, though they mislead' }).click()
    await page.getByRole('heading', { name: 'purchase' }).waitFor()
  })
})
