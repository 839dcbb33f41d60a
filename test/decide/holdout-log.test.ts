/** Subjects of a holdout: kept out in every way of asking, recorded once, compared in a report. */
import { experimentReport } from '../../src/analysis/experiment-report'
import { audit } from '../../src/analysis/audit'
import { worldOf } from '../../src'
import { closeDeciders, MAY, openDecider } from '../support/deciding'

afterEach(closeDeciders)

const TEXT = `holdouts: {checkout: {percent: 30, domains: [checkout]}}
feature_button:
  default: blue
  experiment:
    enabled: on
    domains: [checkout]
    variants: [{name: control, value: blue}, {name: red, value: red}]
feature_cards: {holdouts: [checkout], default: 1, rules: [{force: 2}]}
`
const subjects = Array.from({ length: 200 }, (_, i) => `u${i}`)

test('decide and variant() agree on who is held out, and the answer says so', async () => {
  const { decider, engine } = await openDecider(TEXT)
  let held = 0
  for (const subject of subjects) {
    const { reason, value, variantId } = await decider.decide('button', subject)
    const variant = engine.features.for(worldOf({ user: { id: subject } })).variant('button')
    expect(variantId).toBe(variant ?? null)
    if (reason === 'held_out') expect([value, variantId]).toEqual(['blue', null])
    else expect(reason).toBe('experiment_assigned')
    const cards = await decider.decide('cards', subject)
    expect(cards.value).toBe(reason === 'held_out' ? 1 : 2)
    if (reason === 'held_out') held++
  }
  expect(held).toBeGreaterThan(40)
  expect(held).toBeLessThan(80)
})

test('each subject is recorded once, counted by no limit, drawn again alike, and compared', async () => {
  const { decider, store } = await openDecider(TEXT)
  for (const subject of subjects)
    for (const flag of ['button', 'cards', 'button']) await decider.decide(flag, subject)
  for (const unit of subjects.slice(0, 50)) await decider.convert({ unit, name: 'sale' })
  await decider.writer.written()
  const shares = [
    { variant: 'held_out', share: 0.3 },
    { variant: 'rest', share: 0.7 },
  ]
  const experiment = {
    feature: 'holdout:checkout',
    id: 'holdout:checkout',
    status: undefined,
    shares,
  }
  const report = await experimentReport(store, { experiment, now: MAY + 1000 })
  expect(report.variants.reduce((sum, { units }) => sum + units, 0)).toBe(200)
  expect(report.sampleRatio.verdict).toBe('no-mismatch')
  expect(report.phases).toHaveLength(1)
  expect(report.leaks).toEqual([])
  const found = await audit(store, { now: MAY + 1000 })
  expect(found.problems).toEqual({ differs: 0, 'unknown-config': 0, future: 0 })
  expect(found.same).toBeGreaterThanOrEqual(200)
})
