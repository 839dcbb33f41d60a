import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What keeps people out of this page, a sentence for each place; by axe-core. */
async function barriers(page: Page, rules: object): Promise<readonly string[]> {
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(source)
  const options = { resultTypes: ['violations'], preload: false, ...rules }
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  )
}

/** By every rule in the light theme; in the dark one only colours differ. */
const THEMES = [
  ['light', {}],
  ['dark', { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }],
] as const

/** The same in the light and in the dark theme. */
export async function barriersInBothThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const [colorScheme, rules] of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    found.push(...(await barriers(page, rules)).map((one) => `${colorScheme}: ${one}`))
  }
  return found
}

/** Whether the page is wider than the screen: then it scrolls sideways. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
