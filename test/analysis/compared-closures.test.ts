/** What two live configs are compared by, shared by the features whose answers depend on the same entries. */
import fc from 'fast-check'
import { ComparedClosures } from '../../src/analysis/compared-closures'
import { exactImpact } from '../../src/analysis/impact-exact'
import { atOnce } from '../../src/runtime/time-slice'
import { closeEngines, openEngine } from '../support/engine'
import { sized } from '../support/long-run'

afterEach(closeEngines)

const open = async (entries: Readonly<Record<string, unknown>>) =>
  (await openEngine(JSON.stringify(entries), { format: 'json' })).features

const experiment = (id: string, domains: readonly string[], traffic: number, priority = 0) => ({
  default: 'none',
  experiment: {
    experiment_id: id,
    status: 'running',
    ...{ domains, traffic, priority },
    variants: [
      { name: 'a', value: 'a' },
      { name: 'b', value: 'b' },
    ],
  },
})

test('experiments of one domain share what they are compared by; a feature without one, and one that only requires, do not', async () => {
  const entries = (traffic: number) => ({
    feature_first: experiment('first', ['shop'], traffic),
    feature_second: experiment('second', ['shop', 'mail'], 50),
    feature_third: experiment('third', ['mail'], 50),
    feature_alone: experiment('alone', [], traffic),
    feature_needing: {
      rules: [{ parentConditions: [{ id: 'alone', condition: { value: 'a' } }], force: true }],
    },
  })
  const closures = new ComparedClosures(await open(entries(10)), await open(entries(20)))
  const compared = closures.of('first')

  expect(compared).toMatchObject({ sides: [{ isBroken: false }, { isBroken: false }] })
  expect(closures.of('second')).toBe(compared)
  expect(closures.of('third')).toBe(compared)
  expect(closures.of('alone')).not.toBe(compared)
  expect(closures.of('needing')).not.toBe(closures.of('alone'))
})

const made = fc.record({
  domains: fc.subarray(['shop', 'mail']),
  traffic: fc.constantFrom(0, 10, 50, 100),
  priority: fc.integer({ min: 0, max: 2 }),
})

test('what is shared changes no answer: features that are compared one after another change as each does that is compared alone', async () => {
  const names = ['p', 'q', 'r'] as const
  const entriesOf = fc
    .tuple(made, made, made)
    .map((all) =>
      Object.fromEntries(
        all.map(({ domains, traffic, priority }, i) => [
          `feature_${names[i] ?? ''}`,
          experiment(names[i] ?? '', domains, traffic, priority),
        ]),
      ),
    )
  await fc.assert(
    fc.asyncProperty(entriesOf, entriesOf, async (from, to) => {
      const [before, after] = [await open(from), await open(to)]
      const closures = new ComparedClosures(before, after)
      for (const name of names) {
        const alone = new ComparedClosures(before, after).of(name)
        expect(atOnce(exactImpact(name, closures.of(name)))).toEqual(
          atOnce(exactImpact(name, alone)),
        )
      }
      await closeEngines()
    }),
    { numRuns: sized(40, 1000) },
  )
})
