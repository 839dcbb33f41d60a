import { checkText, type Facts, worldOf } from '../../src/index'
import { INHERITED } from '../support/arbitraries'
import { worldWith } from '../support/counting-world'
import { closeEngines, openEngine } from '../support/engine'

afterEach(() => jest.restoreAllMocks())
afterEach(closeEngines)

const SEGMENTS = `
segments:
  staff: [t2_1, t2_2, "1984"]
  kiwis: {country: NZ}
  acme: {company.id: {$in: [acme, globex]}}
  insiders: {$or: [{$savedGroup: {id: staff}}, {$savedGroup: {id: acme}}]}
savedGroups:
  companies: [acme, 7]
  typed: {type: list, attributeKey: company.id, values: [acme]}
`

const decide = async (entry: string, facts: Facts = {}) => {
  const { features } = await openEngine(`${SEGMENTS}feature_x: ${entry}\n`)
  return features.for(worldOf(facts)).decide('x')
}

const isIn = async (entry: string, facts: Facts): Promise<boolean> =>
  (await decide(entry, facts)).enabled

const user = (id: string): Facts => ({ user: { id } })
const has = (attributes: Facts['attributes']): Facts => ({ attributes })

test('lets in whom one of the named segments has, and nobody else', async () => {
  expect(await decide('{segments: [staff]}', user('t2_1'))).toEqual({
    feature: 'x',
    enabled: true,
    reason: 'TARGETING_MATCH',
    selector: 'segments',
    generation: 1,
  })
  expect(await decide('{segments: [staff]}', user('t2_3'))).toMatchObject({
    enabled: false,
    reason: 'DEFAULT',
  })
})

test.each<[entry: string, facts: Facts, expected: boolean]>([
  ['{segments: [staff]}', {}, false],
  ['{segments: [staff]}', user(''), false],
  ['{segments: [staff]}', user('T2_1'), false],
  ['{segments: [staff]}', user('1984'), true],
  ['{segments: [staff]}', has({ id: 1984 }), true],
  ['{segments: [staff]}', { user: { id: 't2_1' }, attributes: { id: 'other' } }, false],
  ['{segments: [kiwis]}', has({ country: 'NZ' }), true],
  ['{segments: [kiwis]}', has({ country: 'AU' }), false],
  ['{segments: [acme]}', has({ company: { id: 'globex' } }), true],
  ['{segments: [kiwis, staff]}', user('t2_2'), true],
  ['{segments: [kiwis, staff]}', has({ country: 'NZ' }), true],
  ['{segments: [kiwis, staff]}', {}, false],
  ['{segments: [insiders]}', user('t2_1'), true],
  ['{segments: [insiders]}', has({ company: { id: 'acme' } }), true],
  ['{segments: [insiders]}', user('t2_9'), false],
  ['{segments: [companies]}', user('acme'), true],
  ['{segments: [companies], segments_by: company}', has({ company: 'acme' }), true],
  ['{segments: [companies], segments_by: company}', has({ company: '7' }), true],
  ['{segments: [companies], segments_by: company}', has({ company: '07' }), false],
  ['{segments: [companies], segments_by: companies}', has({ companies: ['x', 'acme'] }), true],
  ['{segments: [companies], segments_by: company}', user('acme'), false],
  ['{segments: [typed]}', has({ company: { id: 'acme' } }), true],
  ['{segments: [typed], segments_by: id}', user('acme'), true],
  ['{segments: [staff], segments_by: boss}', has({ boss: 't2_1' }), true],
  ['{segments: [kiwis], segments_by: boss}', has({ country: 'NZ' }), true],
  ['{segments: []}', user('t2_1'), false],
  ['{gold: true, segments: [staff]}', user('t2_1'), true],
])('%s for %j: %p', async (entry, facts, expected) => {
  expect(await isIn(entry, facts)).toBe(expected)
})

describe('takes an id for the same, whatever its type', () => {
  const groups =
    'savedGroups:\n  numbers: [7, 1984]\nsegments:\n  texts: ["7", "9007199254740993"]\nfeature_n: {segments: [numbers]}\nfeature_t: {segments: [texts]}\n'
  test.each<[id: unknown, numbers: boolean, texts: boolean]>([
    ['7', true, true],
    [7, true, true],
    [7n, true, true],
    [1984n, true, false],
    [9007199254740993n, false, true],
    ['9007199254740993', false, true],
    [8n, false, false],
    [-7n, false, false],
    ['07', false, false],
    [NaN, false, false],
    [true, false, false],
  ])('%p', async (id, numbers, texts) => {
    const { features } = await openEngine(groups)
    const asked = ['n', 't'].map((name) => [
      features.for(worldWith({ user: () => ({ id }) })).isEnabled(name),
      features
        .for(worldWith({ attribute: (name: string) => (name === 'id' ? id : undefined) }))
        .isEnabled(name),
    ])
    expect(asked).toEqual([
      [numbers, numbers],
      [texts, texts],
    ])
  })
})

describe('says who is eligible', () => {
  const entry = '{experiment: {segments: [staff], variants: {a: 50, control_1: 0, control_2: 0}}}'

  test('for an experiment', async () => {
    const variants = await Promise.all(
      ['t2_1', 't2_2', 't2_3'].map(async (id) => (await decide(entry, user(id))).reason),
    )
    expect(variants).toEqual(['SPLIT', 'SPLIT', 'DEFAULT'])
  })

  test('for forcing by URL', async () => {
    const asked = (id: string): Facts => ({ ...user(id), urlFeatures: ['x'] })
    const gated = '{url: x, url_for: {segments: [companies], segments_by: id}}'
    expect([await isIn(gated, asked('acme')), await isIn(gated, asked('t2_1'))]).toEqual([
      true,
      false,
    ])
  })
})

describe('is the same segment to every dialect:', () => {
  test.each([
    '{segments: [staff]}',
    '{default: false, rules: [{condition: {$savedGroup: {id: staff}}, force: true}]}',
    '{default: false, rules: [{condition: {id: {$inGroup: staff}}, force: true}]}',
  ])('%s', async (entry) => {
    expect([await isIn(entry, user('t2_1')), await isIn(entry, user('t2_3'))]).toEqual([
      true,
      false,
    ])
  })

  test('an experiment that is in code', async () => {
    const { features } = await openEngine(`${SEGMENTS}feature_x: on\n`)
    const experiment = {
      key: 'e',
      variations: ['a', 'b'],
      condition: { $savedGroup: { id: 'staff' } },
    }
    const ask = (id: string): boolean =>
      features.for(worldOf(user(id))).inlineExperiment(experiment).inExperiment
    expect([ask('t2_1'), ask('t2_3')]).toEqual([true, false])
  })
})

test.each(INHERITED)('takes %s for a name like any other', async (name) => {
  const { features, problems } = await openEngine(
    `{"segments": {"${name}": ["t2_1"]}, "feature_x": {"segments": ["${name}"]}}`,
    { format: 'json' },
  )
  expect([
    features.for(worldOf(user('t2_1'))).isEnabled('x'),
    features.isEnabled('x'),
    problems,
  ]).toEqual([true, false, []])
})

describe('a mistake is refused, at its place:', () => {
  const problemsOf = (entry: string, compat: 'liveflag' | 'r2' = 'liveflag') =>
    checkText(`feature_x: ${entry}\n${SEGMENTS}`, { compat }).problems.map(
      ({ code, severity, line, column, path }) => ({
        code,
        severity,
        at: `${line}:${column}`,
        path,
      }),
    )

  test.each([
    ['{segments: [staff, naem]}', 'unknown-key', '1:31', 'segments.1'],
    ['{segments: staff}', 'bad-type', '1:23', 'segments'],
    ['{segments: [staff, 5]}', 'bad-type', '1:31', 'segments.1'],
    ['{segments: [staff], segments_by: 5}', 'bad-type', '1:45', 'segments_by'],
    ['{segments: [staff], segments_by: ""}', 'bad-type', '1:45', 'segments_by'],
    ['{experiment: {segments: [naem]}}', 'unknown-key', '1:37', 'experiment.segments.0'],
  ])('%s', (entry, code, at, path) => {
    expect(problemsOf(entry)).toContainEqual({ code, severity: 'error', at, path })
  })

  test('what only adjusts, alone', () => {
    expect(problemsOf('{gold: true, segments_by: company}')).toEqual([
      { code: 'unknown-key', severity: 'warning', at: '1:25', path: 'segments_by' },
    ])
  })

  test('anything, in r2: it has no such key', () => {
    expect(problemsOf('{gold: true, segments: [staff]}', 'r2')).toEqual([
      { code: 'unknown-key', severity: 'warning', at: '1:25', path: 'segments' },
    ])
  })
})

test('r2 lets nobody in by it', async () => {
  const { features } = await openEngine(`${SEGMENTS}feature_x: {segments: [staff]}\n`, {
    compat: 'r2',
  })
  expect(features.for(worldOf(user('t2_1'))).isEnabled('x')).toBe(false)
})

describe('costs no more for many members than for few:', () => {
  const ask = async (count: number) => {
    const ids = Array.from({ length: count }, (_, i) => `t2_${i}`)
    const { features } = await openEngine(
      JSON.stringify({
        segments: { many: ids },
        feature_x: { segments: ['many'] },
        feature_y: { segments: ['many'] },
      }),
      { format: 'json' },
    )
    features.isEnabled('x')
    const [hashed, walked] = [
      jest.spyOn(Set.prototype, 'has'),
      jest.spyOn(Array.prototype, 'includes'),
    ]
    const enabled = features.for(worldOf(user('t2_9'))).isEnabled('x')
    const asked = [
      hashed.mock.calls.filter(([value]) => value === 't2_9').length,
      walked.mock.calls.length,
    ]
    jest.restoreAllMocks()
    return [enabled, ...asked]
  }

  test.each([10, 100_000])('one look for %i', async (count) => {
    expect(await ask(count)).toEqual([true, 1, 0])
  })

  test('features that name a segment share its members', async () => {
    const made = jest.spyOn(Array.prototype, 'filter')
    const ids = Array.from({ length: 1000 }, (_, i) => `t2_${i}`)
    const entries = Array.from({ length: 50 }, (_, i): [string, unknown] => [
      `feature_${i}`,
      { segments: ['many'] },
    ])
    const { features } = await openEngine(
      JSON.stringify({ segments: { many: ids }, ...Object.fromEntries(entries) }),
      { format: 'json' },
    )
    for (const [name] of entries) features.isEnabled(name.slice('feature_'.length))
    const prepared = made.mock.contexts.filter(
      (list) => Array.isArray(list) && list.length === 1000,
    ).length
    expect(prepared).toBeLessThanOrEqual(2)
  })
})
