// `npm run picture:dashboard`: takes the pictures of docs/dashboard.md, so that they show the dashboard as it is. Needs
// Chromium, as the tests of pages do (CHROMIUM_PATH). `-- fleet` takes those of one scene.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { file, openFeatures, worldOf } from 'liveflag'
import { createDecider, sqliteStore } from 'liveflag/decide'
import { createServer, Evaluations, type ServerOptions } from 'liveflag/server'
import { demoDecider } from '../examples/site/demo'
import { launchBrowser } from '../test/support/browser'
import { root } from '../test/house/files'
import { openFleet } from './fleet-of-pictures'

const IMAGES = join(root, 'docs', 'images')
const [MINUTE, DAY] = [60_000, 86_400_000]
const SHARES_MS = 2500

interface Picture {
  readonly name: string
  readonly path: string
  readonly height?: number
  /** What is on the page before somebody does something there. */
  readonly first?: string
  /** What is on the page when all of it is there. */
  readonly last: string
  readonly before?: (page: Page) => Promise<void>
}

/** The example's live config, as `npm start` shows it, after half an hour of questions. */
async function takeExample(browser: Browser): Promise<void> {
  process.chdir(root)
  let clock = Date.now() - 30 * MINUTE
  const evaluations = new Evaluations(() => clock)
  const features = await openFeatures({
    source: file('config/live.yaml'),
    onMetric: evaluations,
  })
  features.on('problem', () => undefined)
  for (let minute = 0; minute <= 30; minute++, clock = Math.min(Date.now(), clock + MINUTE))
    ask(features, 20 + Math.round(10 * Math.sin(minute / 4)))
  await take(browser, { decider: demoDecider(features), evaluations }, features, [
    { name: 'features', path: '/', last: features.snapshot.names[0] ?? '' },
    { name: 'feature', path: '/features/search_v2', last: 'no selector claims this visitor' },
    {
      ...{ name: 'edit', path: '/features/search_v2/edit', height: 900 },
      ...{ first: 'Nothing is changed yet.', last: 'simulated visitors get another answer' },
      before: async (page) => {
        await page.getByRole('spinbutton').first().fill('50')
        await page.getByLabel('Reason, for the history').fill('Half of the target; SEARCH-118')
      },
    },
    { name: 'now', path: '/now', last: 'Off' },
  ])
}

type Opened = Awaited<ReturnType<typeof openFeatures>>

function ask(features: Opened, visitors: number): void {
  for (let i = 0; i < visitors; i++) {
    const request = features.for(worldOf({ user: { id: `t2_${i}`, name: `user${i}` } }))
    features.snapshot.names.forEach(
      (name, at) => i % (1 + (at % 7)) === 0 && request.isEnabled(name),
    )
  }
}

const at = (days: number): string => new Date(Date.now() - days * DAY).toISOString()

const CHECKOUT = `metrics:
  - { name: errors, direction: down, role: guardrail, margin: 0.05 }
  - { name: calls, direction: down, role: guardrail, margin: 0.2 }
  - { name: orders, role: primary }
holdouts:
  checkout_2027: { percent: 5, domains: [checkout] }
  everything: { percent: 1 }

feature_fast_checkout:
  description: Checkout without a page of its own.
  owner: payments
  default: false
  experiment:
    enabled: on
    domains: [checkout]
    traffic:
      ramp: { from: 1, to: 100, over: 7d, start: ${at(8).slice(0, 10)}, hold_at: [5, 25], gates: [errors, calls] }
    variants: [{ name: control, weight: 1 }, { name: fast, weight: 1 }]
feature_one_page_checkout:
  experiment: { enabled: on, domains: [checkout], variants: [{ name: control }, { name: one_page }] }
feature_saved_cards:
  holdouts: [checkout_2027]
  percent_loggedin: 50
feature_new_header:
  experiment: { enabled: on, variants: [{ name: control }, { name: slim }] }
`

const EDITS = `ramps:
  fast_checkout:
    - { at: ${at(6)}, outcome: pass, percent: 5, reason: "errors of fast −9.1 % (−17.4 % … −0.8 %), may become 5 % worse" }
    - { at: ${at(4)}, outcome: fail, percent: 25, to: 0, reason: "calls of fast +61.0 % (+40.2 % … +81.8 %), may become 20 % worse" }
    - { at: ${at(3)}, outcome: resume, percent: 0, reason: The button was hidden below the fold. }
`

/** A ramp with gates, and holdouts, with what people did in two days. */
async function takeCheckout(browser: Browser): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'liveflag-pictures-'))
  process.chdir(folder)
  mkdirSync('config')
  writeFileSync('config/live.yaml', CHECKOUT)
  writeFileSync('config/gates.yaml', EDITS)
  const features = await openFeatures({
    source: [file('config/live.yaml'), file('config/gates.yaml')],
  })
  features.on('problem', () => undefined)
  const store = sqliteStore(join(folder, 'records.db'))
  await store.write(checkoutRecords())
  const decider = createDecider({ features, store })
  await take(browser, { decider, gatesInto: 'config/gates.yaml' }, features, [
    {
      ...{ name: 'gates', path: '/features/fast_checkout', height: 900 },
      last: 'This server judges it every',
      // Below the bar at the top of the page.
      before: (page) =>
        page.evaluate<void>(
          `scrollTo(0, [...document.querySelectorAll('h2')]
            .find((one) => one.textContent === 'Gates of the ramp')
            .getBoundingClientRect().top - 80)`,
        ),
    },
    { name: 'experiments', path: '/experiments', last: 'everything' },
  ])
  process.chdir(root)
  rmSync(folder, { recursive: true })
}

function checkoutRecords() {
  const units = (
    experiment: string,
    variant: string,
    count: number,
    converted: Readonly<Record<string, number>> = {},
  ) =>
    Array.from({ length: count }, (_, i) => {
      const unit = `t2_${experiment}_${variant}_${i}`
      const time = Date.now() - 2 * DAY + (i % 40) * 60 * MINUTE
      return {
        exposure: {
          ...{ unit, kind: 'user', experiment, variant, feature: experiment, at: time },
          ...{ source: 'backend' as const, bucket: null, generation: null, hash: null },
        },
        conversions: Object.entries(converted)
          .filter(([, of]) => i < of)
          .map(([name]) => ({
            ...{ eventId: `${unit} ${name}`, name, decisionId: null, unit, value: null },
            at: time + MINUTE,
          })),
      }
    })
  const all = [
    ...units('fast_checkout', 'control', 4000, { errors: 420, calls: 300, orders: 700 }),
    ...units('fast_checkout', 'fast', 4030, { errors: 330, calls: 310, orders: 790 }),
    ...units('one_page_checkout', 'control', 900, { orders: 160 }),
    ...units('one_page_checkout', 'one_page', 930, { orders: 180 }),
    ...units('holdout:checkout_2027', 'held_out', 610, { orders: 96 }),
    ...units('holdout:checkout_2027', 'rest', 11_600, { orders: 2100 }),
  ]
  return {
    exposures: all.map(({ exposure }) => exposure),
    conversions: all.flatMap(({ conversions }) => conversions),
  }
}

/** The processes of a store, its generations, and what is between two of them. */
async function takeFleet(browser: Browser): Promise<void> {
  const { features, close } = await openFleet()
  await take(browser, {}, features, [
    { name: 'fleet', path: '/fleet', height: 1100, last: 'is in its stages' },
    { name: 'generations', path: '/changes', last: 'SEARCH-101' },
    {
      ...{ name: 'comparison', path: '/generations?to=2' },
      last: 'simulated visitors get another answer',
    },
  ])
  await close()
}

async function take(
  browser: Browser,
  options: ServerOptions,
  features: Opened,
  pictures: readonly Picture[],
): Promise<void> {
  const server = await createServer(features, { port: 0, logLevel: 'silent', ...options })
  for (const { name, path, height = 760, first, last, before } of pictures) {
    const page = await browser.newPage({
      ...{ viewport: { width: 1280, height }, colorScheme: 'light', locale: 'en-GB' },
      reducedMotion: 'reduce',
    })
    await page.goto(server.url + path)
    await page
      .getByText(first ?? last)
      .first()
      .waitFor()
    await before?.(page)
    await page.getByText(last).first().waitFor()
    // Shares are computed after the page is there.
    await page.waitForTimeout(SHARES_MS)
    await page.screenshot({ path: join(IMAGES, `dashboard-${name}.png`) })
    console.log(`docs/images/dashboard-${name}.png`)
    await page.close()
  }
  await server.close()
  await options.decider?.close()
  await features.close()
}

const SCENES = { example: takeExample, checkout: takeCheckout, fleet: takeFleet }

/** @param wanted names of scenes; none: all of them */
async function main(wanted: readonly string[]): Promise<void> {
  const browser = await launchBrowser()
  try {
    for (const [name, takeAll] of Object.entries(SCENES))
      if (wanted.length === 0 || wanted.includes(name)) await takeAll(browser)
  } finally {
    await browser.close()
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
