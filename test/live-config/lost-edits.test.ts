/** Edits of ramps go by the names of features: those of a feature that is not there are told. */
import { checkText, memory, openFeatures } from '../../src'

const entry = (name: string) => `feature_${name}:
  experiment:
    enabled: on
    traffic: {ramp: {to: 100, over: 10d, start: 2026-12-01, hold_at: [50], gates: [errors]}}
    variants: [{name: control}, {name: new}]
`
const FAIL = 'ramps: {checkout: [{at: 2026-12-03, outcome: fail, percent: 20}]}\n'

async function warnedOf(...texts: readonly string[]): Promise<readonly string[]> {
  const source = texts.map((text, i) => memory(text, { name: `text-${i}` }))
  const features = await openFeatures({ source, now: () => Date.parse('2026-12-04') })
  try {
    return features.snapshot.problems.map((problem) => `${problem.source}: ${problem.message}`)
  } finally {
    await features.close()
  }
}

test('a feature that was renamed leaves its failure behind, which is told', async () => {
  expect(await warnedOf(entry('checkout'), FAIL)).toEqual([])
  expect(await warnedOf(entry('chekout'), FAIL)).toEqual([
    'text-1: ramps has edits of feature_checkout, which is not there, so they hold no ramp, and a failure among them keeps nobody out; did you mean feature_chekout?',
  ])
  expect(await warnedOf(entry('payment'), FAIL)).toEqual([
    expect.stringMatching(/; write the name that it has now, or take it out of ramps$/),
  ])
})

test('an entry that is refused is there, and a layer that is checked by itself has the features of others', async () => {
  const [problem, ...others] = await warnedOf('feature_checkout: {percent: 5}\n', FAIL)
  expect(problem).toContain('"percent" is not a key that an entry knows')
  expect(others).toEqual([])
  expect(checkText(FAIL).problems).toEqual([])
})
