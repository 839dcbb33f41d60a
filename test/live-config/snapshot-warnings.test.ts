import { checkText, memory, openFeatures } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const problemsOf = (text: string, compat?: 'r2'): unknown =>
  checkText(text, compat && { compat }).problems.map(
    ({ code, severity, feature, line, column }) => ({
      code,
      severity,
      feature,
      line,
      column,
    }),
  )

describe('two experiments with one id are a warning at the second', () => {
  const LIFE = 'status: running, variants: [{name: a, weight: 100}]'
  const R2 = 'loggedin: true, variants: {a: 10}'

  test.each<[string, string, string]>([
    ["r2's", `experiment_id: 7, ${R2}`, `experiment_id: 7, ${R2}`],
    ["r2's, one as a text", `experiment_id: 7, ${R2}`, `experiment_id: "7", ${R2}`],
    ['with a life', `experiment_id: 7, ${LIFE}`, `experiment_id: 7, ${LIFE}`],
    ["r2's and one with a life", `experiment_id: 7, ${R2}`, `experiment_id: 7, ${LIFE}`],
    ["r2's, one by the name of its feature", R2, `experiment_id: a, ${R2}`],
    ['with a life, one by the name of its feature', LIFE, `experiment_id: a, ${LIFE}`],
  ])('%s', (_, first, second) => {
    expect(
      problemsOf(`feature_a: {experiment: {${first}}}\nfeature_b:\n  experiment: {${second}}\n`),
    ).toEqual([
      {
        code: 'duplicate-experiment',
        severity: 'warning',
        feature: 'b',
        line: expect.any(Number),
        column: expect.any(Number),
      },
    ])
  })

  test("in r2's semantics, too", () => {
    const text = `feature_a: {experiment: {experiment_id: 7, ${R2}}}\nfeature_b: {experiment: {experiment_id: 7, ${R2}}}\n`
    expect(problemsOf(text, 'r2')).toEqual([
      { code: 'duplicate-experiment', severity: 'warning', feature: 'b', line: 2, column: 26 },
    ])
  })

  test('also in two sources, unless one overrides the other', async () => {
    const entry = (name: string): string =>
      `feature_${name}: {experiment: {experiment_id: 7, ${R2}}}\n`
    const features = await openFeatures({
      source: [memory(entry('a')), memory(entry('a') + entry('b'))],
    })
    expect(features.snapshot.problems).toMatchObject([
      { code: 'duplicate-experiment', feature: 'b' },
    ])
    await features.close()
  })

  test.each([
    ['ids that differ', `experiment_id: 7, ${R2}`, `experiment_id: 8, ${R2}`],
    ['no ids', R2, R2],
    [
      'an id that is the name of another feature',
      `experiment_id: 7, ${R2}`,
      `experiment_id: a, ${R2}`,
    ],
  ])('not %s', (_, first, second) => {
    expect(
      problemsOf(`feature_a: {experiment: {${first}}}\nfeature_b: {experiment: {${second}}}\n`),
    ).toEqual([])
  })
})

describe('expires', () => {
  const MAY_1 = Date.parse('2026-05-01T00:00:00Z')

  test.each<[string, string | undefined]>([
    ['2026-04-29', 'expired'],
    ['2026-04-30', 'expired'],
    ['2026-05-01', undefined],
    ['2026-05-02', undefined],
    ['"2026-05-01T00:00:00Z"', 'expired'],
    ['"2026-05-01T00:00:01Z"', undefined],
    ['"2026-05-01T01:00:00+02:00"', 'expired'],
    ['2026-02-30', 'out-of-range'],
    ['2027-13-01', 'out-of-range'],
    ['never', undefined],
    ['when the sale is over', undefined],
    ['null', 'bad-type'],
    ['2020', 'bad-type'],
    ['[2020-01-01]', 'bad-type'],
    ['""', 'bad-type'],
  ])('%s on the 1st of May 2026: %s', async (expires, code) => {
    const { problems, features } = await openEngine(
      `feature_a: {gold: true, expires: ${expires}}\n`,
      {
        now: () => MAY_1,
      },
    )
    expect(problems.map((problem) => problem.code)).toEqual(code === undefined ? [] : [code])
    expect(features.snapshot.status).toBe('READY')
  })

  test('is told with its place, and what to do', () => {
    expect(checkText('feature_a:\n  gold: true\n  expires: 2020-01-01\n').problems).toMatchObject([
      {
        code: 'expired',
        severity: 'warning',
        feature: 'a',
        line: 3,
        column: 3,
        message:
          'expires is 2020-01-01, which is past; remove the feature from the code and from here, or write a later date',
      },
    ])
  })
})

describe('a rule that requires a feature which is not there', () => {
  const entry = (id: string): string =>
    `feature_checkout: on\nfeature_x: {default: 0, rules: [{force: 1, parentConditions: [{id: ${id}, condition: {value: true}}]}]}\n`

  test('is a warning that names what was meant', () => {
    expect(checkText(entry('chekout')).problems).toMatchObject([
      {
        code: 'unknown-key',
        severity: 'warning',
        feature: 'x',
        line: 2,
        path: 'rules.0.parentConditions.0.id',
        message:
          'chekout is required, and there is no such feature, so its value is null; did you mean checkout?',
      },
    ])
    expect(checkText(entry('checkout')).problems).toEqual([])
  })

  test('is one when that feature is removed by an edit, or comes from no other source', async () => {
    const { features, set } = await openEngine(entry('checkout'))
    await set(entry('checkout').replace('feature_checkout: on\n', ''))
    expect(features.snapshot.problems).toMatchObject([{ code: 'unknown-key', feature: 'x' }])
    const both = [memory(entry('other')), memory('feature_other: on')]
    const together = await openFeatures({ source: both })
    expect(together.snapshot.problems).toEqual([])
    await together.close()
  })

  test('is one in a GrowthBook payload, too', () => {
    const payload = {
      features: { x: { defaultValue: 0, rules: [{ force: 1, parentConditions: [{ id: 'y' }] }] } },
    }
    expect(checkText(JSON.stringify(payload), { format: 'json' }).problems).toMatchObject([
      { code: 'unknown-key', severity: 'warning', feature: 'x' },
    ])
  })
})

test('a day that does not exist is named in created, too', () => {
  expect(problemsOf('feature_a: {gold: true, created: 2026-02-30}\n')).toEqual([
    { code: 'out-of-range', severity: 'warning', feature: 'a', line: 1, column: 25 },
  ])
  expect(problemsOf('feature_a: {gold: true, created: last spring}\n')).toEqual([])
})
