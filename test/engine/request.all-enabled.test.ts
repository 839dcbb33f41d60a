import fc from 'fast-check'
import { type Facts, worldOf } from '../../src'
import { liveflagEntry, visitor } from '../support/arbitraries'
import { closeEngines, entryText, openEngine } from '../support/engine'
import { sized } from '../support/long-run'
const CONFIGS = sized(100, 300)

afterEach(closeEngines)

const ARMS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const EXPERIMENT = `{experiment: {experiment_id: 7, loggedin: true, loggedout: true, ${ARMS}}}`
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abcd' }

describe('allEnabled', () => {
  test('lists what the visitor has: true, or the variant, controls included', async () => {
    const { features } = await openEngine(
      `feature_on: on\nfeature_off: off\nfeature_gold: {gold: true}\nfeature_beta: {beta: true}\nfeature_x: ${EXPERIMENT}\nfeature_url: {url: {q: control_1, r: blue}}\nfeature_bad: {gold: 5}\n`,
    )
    const request = features.for(worldOf({ ...gary, urlFeatures: ['q'] }))
    const variant = request.variant('x')
    expect({ ...request.allEnabled() }).toEqual({
      on: true,
      gold: true,
      x: { experimentId: 7, variant },
      url: { variant: 'control_1' },
    })
  })

  test('names the variant of whoever is in by another selector', async () => {
    const { features } = await openEngine(entryText(`{gold: true, ${EXPERIMENT.slice(1)}`))
    const request = features.for(worldOf(gary))
    expect({ ...request.allEnabled() }).toEqual({
      x: { experimentId: 7, variant: request.variant('x') },
    })
  })

  test('is an object without a prototype, so that any name is just a key', async () => {
    const { features } = await openEngine(
      '{"feature___proto__": "on", "feature_constructor": "on"}',
      { format: 'json' },
    )
    const all = features.allEnabled()
    expect([Object.getPrototypeOf(all), Object.keys(all).toSorted(), all.toString]).toEqual([
      null,
      ['__proto__', 'constructor'],
      undefined,
    ])
  })

  test(`says what isEnabled and variant say (${CONFIGS} random configs)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(liveflagEntry, { maxLength: 10 }),
        visitor,
        async (entries, facts) => {
          const { features } = await openEngine(
            JSON.stringify(Object.fromEntries(entries.map((entry, n) => [`feature_${n}`, entry]))),
            { format: 'json' },
          )
          const all = features.for(worldOf(facts)).allEnabled()
          const request = features.for(worldOf(facts))
          for (const n of entries.keys()) {
            const [entry, variant, enabled] = [
              all[n],
              request.variant(String(n)),
              request.isEnabled(String(n)),
            ]
            expect(typeof entry === 'object' ? entry.variant : entry).toEqual(
              variant ?? (enabled ? true : undefined),
            )
          }
          await closeEngines()
        },
      ),
      { numRuns: CONFIGS, seed: 14 },
    )
  })

  test("in r2's semantics is about the given user, or about nobody", async () => {
    const { features } = await openEngine(
      'feature_in: {users: [gary]}\nfeature_out: {loggedout: true}\n',
      { compat: 'r2' },
    )
    const request = features.for(worldOf({ loid: 'abcd' }))
    expect([{ ...request.allEnabled() }, { ...request.allEnabled({ user: gary.user }) }]).toEqual([
      { out: true },
      { in: true },
    ])
  })

  test("in r2's semantics is an error where r2 crashed: about nobody, in a signed-in request, with a share to draw", async () => {
    const { features } = await openEngine(entryText('{percent_loggedin: 50}'), { compat: 'r2' })
    expect(() => features.for(worldOf(gary)).allEnabled()).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_NO_USER' }),
    )
  })
})
