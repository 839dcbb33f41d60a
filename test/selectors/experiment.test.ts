import { type Facts, worldOf } from '../../src/index'
import { closeEngines, decisionOn, entryText, problemsOf, openEngine } from '../support/engine'
import { bucketFor, variantFor } from '../support/model'

afterEach(closeEngines)

const VARIANTS = 'variants: {blue: 25, green: 25, control_1: 25, control_2: 25}'
const SHARES = { blue: 25, green: 25, control_1: 25, control_2: 25 }
const variantOf = (id: string): string | undefined => variantFor(SHARES, bucketFor('x', id))
const gary: Facts = { user: { id: 't2_beef', name: 'gary', gold: true }, loid: 'abc' }
const GARYS = variantOf('t2_beef')

describe('what is no mapping', () => {
  test.each(['true', 'on', '5', '[a]', '"blue"', 'null', '[]', '""', 'false'])(
    '%s is refused, at its place',
    (value) => {
      expect(problemsOf(`\n  gold: true\n  experiment: ${value}`)).toEqual([
        { code: 'bad-type', severity: 'error', at: '3:15', path: 'experiment' },
      ])
    },
  )

  test.each(['null', '[]', '""', 'false', '0', '{}'])('%s is none to r2', async (value) => {
    expect(
      problemsOf(`{experiment: ${value}}`, 'r2').filter(({ severity }) => severity === 'error'),
    ).toEqual([])
    expect(await decisionOn(`{experiment: ${value}}`, gary, { compat: 'r2' })).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })

  test.each(['true', 'on', '5', '[a]'])('%s crashed r2, and is refused there too', (value) => {
    expect(problemsOf(`{experiment: ${value}}`, 'r2')).toMatchObject([
      { code: 'bad-type', severity: 'error' },
    ])
  })
})

describe('an experiment beside other selectors', () => {
  test('is asked about whom nothing else has let in', async () => {
    const entry = `{employee: true, percent_loggedin: 0, experiment: {loggedin: true, ${VARIANTS}}}`
    expect(await decisionOn(entry, gary)).toMatchObject({
      selector: 'experiment',
      variant: GARYS,
      assignment: { unit: 't2_beef', variant: GARYS },
    })
  })

  test('names the variant of those whom another selector lets in, when they are eligible', async () => {
    const decision = await decisionOn(
      `{gold: true, experiment: {loggedin: true, ${VARIANTS}}}`,
      gary,
    )
    expect(decision).toEqual({
      feature: 'x',
      enabled: true,
      reason: 'TARGETING_MATCH',
      selector: 'gold',
      variant: GARYS,
      generation: 1,
    })
  })

  test.each<[string, string]>([
    ['is not eligible', `{gold: true, experiment: {employee: true, ${VARIANTS}}}`],
    [
      'would be eligible for an experiment that is stopped',
      `{gold: true, experiment: {enabled: off, loggedin: true, ${VARIANTS}}}`,
    ],
    [
      'would be eligible, but for enabled: false',
      `{gold: true, experiment: {enabled: false, loggedin: true, ${VARIANTS}}}`,
    ],
    [
      'falls into no variant',
      '{gold: true, experiment: {loggedin: true, variants: {blue: 0, control_1: 0, control_2: 0}}}',
    ],
  ])('names none for a visitor who %s', async (_, entry) => {
    expect(await decisionOn(entry, gary)).toEqual({
      feature: 'x',
      enabled: true,
      reason: 'TARGETING_MATCH',
      selector: 'gold',
      generation: 1,
    })
  })

  test('owes no exposure for those whom another selector has let in', async () => {
    const { features, exposures } = await openEngine(
      entryText(`{gold: true, experiment: {loggedin: true, ${VARIANTS}}}`),
    )
    const request = features.for(worldOf(gary))
    expect([request.isEnabled('x'), request.variant('x')]).toEqual([true, GARYS])
    expect(exposures).toEqual([])
  })

  test('gives controls no feature, but a variant', async () => {
    const control = ['t2_1', 't2_2', 't2_3', 't2_4', 't2_5', 't2_6'].find((id) =>
      variantOf(id)?.startsWith('control'),
    )
    expect(
      await decisionOn(`{experiment: {loggedin: true, ${VARIANTS}}}`, {
        user: { id: control ?? '' },
      }),
    ).toMatchObject({ enabled: false, variant: variantOf(control ?? '') })
  })
})

describe("variant() in r2's semantics", () => {
  const variant = async (entry: string, facts: Facts): Promise<string | undefined> =>
    (await decisionOn(entry, facts, { compat: 'r2' })).variant

  test.each([
    `{experiment: {employee: true, ${VARIANTS}}}`,
    `{experiment: {enabled: off, ${VARIANTS}}}`,
    `{experiment: {enabled: false, ${VARIANTS}}}`,
    `{enabled: off, experiment: {${VARIANTS}}}`,
    `{enabled: on, experiment: {${VARIANTS}}}`,
    `{gold: true, experiment: {${VARIANTS}}}`,
    `{percent_loggedin: 100, experiment: {${VARIANTS}}}`,
  ])('of %s is what the bucket says, whatever else does', async (entry) => {
    expect(await variant(entry, gary)).toBe(GARYS)
  })

  test("is nobody's when the experiment draws for nobody", async () => {
    expect(
      await variant(`{enabled: on, experiment: {page: true, ${VARIANTS}}}`, gary),
    ).toBeUndefined()
    expect(await variant('{enabled: on, experiment: {}}', gary)).toBeUndefined()
  })
})
