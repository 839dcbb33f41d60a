import { type Facts, worldOf } from '../../src/index'
import {
  closeEngines,
  decisionOn,
  entryText,
  problemsOf,
  messagesOf,
  openEngine,
} from '../support/engine'

afterEach(closeEngines)

const valueOf = async (entry: string, facts: Facts = {}): Promise<unknown> =>
  (await decisionOn(entry, facts)).value

describe('rules of an entry', () => {
  const checkout = `
  default: old
  rules:
    - condition: {country: NZ}
      force: new
    - coverage: 0.25
      hashVersion: 2
      seed: new-checkout
      force: newer`

  test.each<[value: string, facts: Facts]>([
    ['new', { attributes: { country: 'NZ', id: 'u1' } }],
    ['newer', { attributes: { country: 'US', id: 'u8' } }],
    ['old', { attributes: { country: 'US', id: 'u1' } }],
    ['old', {}],
  ])(
    'are asked in order, and the first that takes the visitor gives its value: %s',
    async (value, facts) => {
      expect(await valueOf(checkout, facts)).toBe(value)
    },
  )

  test('hash the id of the signed-in user, unless the World has an attribute of that name', async () => {
    expect(await valueOf(checkout, { user: { id: 'u8' } })).toBe('newer')
    expect(await valueOf(checkout, { user: { id: 'u8' }, attributes: { id: 'u1' } })).toBe('old')
    expect(await valueOf(checkout, { user: { id: 'u8' }, attributes: { id: null as never } })).toBe(
      'newer',
    )
  })

  test.each<[selector: string | undefined, reason: string, facts: Facts]>([
    ['rules[0]', 'TARGETING_MATCH', { attributes: { country: 'NZ' } }],
    ['rules[1]', 'SPLIT', { attributes: { id: 'u8' } }],
    [undefined, 'DEFAULT', {}],
  ])('name the one that decided: %s, %s', async (selector, reason, facts) => {
    expect(await decisionOn(checkout, facts)).toMatchObject({ selector, reason, enabled: true })
  })

  test.each([
    [true, 'yes'],
    [true, '[]'],
    [true, '{}'],
    [true, '"off"'],
    [false, 'no'],
    [false, '0'],
    [false, '""'],
    [false, 'null'],
  ])('make the feature %s by the truth of the value %s', async (enabled, value) => {
    const yaml = value === 'yes' ? 'true' : value === 'no' ? 'false' : value
    expect((await decisionOn(`{rules: [{force: ${yaml}}]}`)).enabled).toBe(enabled)
    expect((await decisionOn(`{default: ${yaml}}`)).enabled).toBe(enabled)
  })

  test('without a default give null to whom none takes, and the feature is off', async () => {
    expect(await decisionOn('{rules: [{condition: {a: 1}, force: true}]}')).toMatchObject({
      enabled: false,
      value: null,
      reason: 'DEFAULT',
    })
  })

  test('that are an experiment give the variation as value, and its key as variant', async () => {
    const entry =
      '{default: blue, rules: [{variations: [blue, green], key: button, seed: btn, hashVersion: 2, meta: [{key: c}, {key: t}]}]}'
    expect(await decisionOn(entry, { user: { id: 'u2' } })).toMatchObject({
      value: 'green',
      variant: 't',
      reason: 'SPLIT',
      assignment: {
        kind: 'user',
        experiment: 'button',
        experimentId: 'button',
        variant: 't',
        unit: 'u2',
        bucket: 0.7181,
      },
    })
  })
})

describe('beside selectors', () => {
  const both = '{gold: true, default: 1, rules: [{condition: {country: NZ}, force: 2}]}'

  test.each<[what: string, answer: object, facts: Facts]>([
    [
      'the selectors are asked first, whatever the order in the file',
      { enabled: true, value: undefined, selector: 'gold' },
      { user: { id: 'u1', gold: true }, attributes: { country: 'NZ' } },
    ],
    [
      'then the rules',
      { enabled: true, value: 2, selector: 'rules[0]' },
      { attributes: { country: 'NZ' } },
    ],
    ['then there is the default', { enabled: true, value: 1, selector: undefined }, {}],
  ])('%s', async (_, answer, facts) => {
    expect(await decisionOn(both, facts)).toMatchObject(answer)
    expect(
      await decisionOn(
        '{default: 1, rules: [{condition: {country: NZ}, force: 2}], gold: true}',
        facts,
      ),
    ).toMatchObject(answer)
  })

  test('`enabled: off` stops the rules too, and `on` makes them idle', async () => {
    expect(await decisionOn('{enabled: off, rules: [{force: 2}], default: 1}')).toMatchObject({
      enabled: false,
      value: undefined,
      reason: 'DISABLED',
    })
    expect(await decisionOn('{enabled: on, rules: [{force: 2}], default: 1}')).toMatchObject({
      enabled: true,
      value: undefined,
      reason: 'STATIC',
    })
  })

  test('an experiment of the entry comes before the rules', async () => {
    const entry = '{experiment: {loggedin: true, variants: {blue: 50}}, rules: [{force: 2}]}'
    const request = (await openEngine(entryText(entry))).features.for(worldOf({}))
    expect(request.decide('x')).toMatchObject({ value: 2, selector: 'rules[0]' })
  })

  test("r2's semantics know neither rules nor a default", async () => {
    expect(
      await decisionOn('{rules: [{force: true}], default: true}', {}, { compat: 'r2' }),
    ).toMatchObject({ enabled: false, value: undefined })
    expect(
      await decisionOn(
        '{gold: true, rules: [{force: true}]}',
        { user: { id: 'u', gold: true } },
        { compat: 'r2' },
      ),
    ).toMatchObject({ enabled: true })
  })
})

describe('what is wrong with rules has its place, and a message', () => {
  test.each<[entry: string, at: string, code: string, message: RegExp]>([
    ['{rules: {force: 1}}', '1:20', 'bad-type', /rules is a mapping; write a list of rules/],
    ['{rules: [hello]}', '1:21', 'bad-type', /a rule is text; write a mapping/],
    [
      '\n  rules:\n    - conditon: {a: 1}\n      force: 1',
      '3:7',
      'unknown-key',
      /did you mean condition\?/,
    ],
    [
      '\n  rules:\n    - force: 1\n      covrage: 0.1',
      '4:7',
      'unknown-key',
      /did you mean coverage\?/,
    ],
    [
      '{rules: [{force: 1, coverage: 10%}]}',
      '1:42',
      'bad-type',
      /coverage is text \("10%"\); write a number/,
    ],
    [
      '{rules: [{force: 1, coverage: 10}]}',
      '1:42',
      'out-of-range',
      /coverage is 10; write a number from 0 to 1/,
    ],
    ['{rules: [{force: 1, range: [0.5]}]}', '1:39', 'bad-type', /such as \[0, 0.5\]/],
    [
      '{rules: [{force: 1, seed: 2024, coverage: 1}]}',
      '1:38',
      'bad-type',
      /seed is a number \(2024\); write text/,
    ],
    ['{rules: [{force: 1, hashVersion: 3, coverage: 1}]}', '1:45', 'out-of-range', /write 1 or 2/],
    ['{rules: [{variations: [a]}]}', '1:34', 'out-of-range', /has 1, which is no experiment/],
    [
      '{rules: [{variations: [a, b], weights: [1]}]}',
      '1:51',
      'out-of-range',
      /weights has 1, and there are 2 variations/,
    ],
    [
      '{rules: [{variations: [a, b], weights: [0.5, 0.6]}]}',
      '1:51',
      'out-of-range',
      /weights sum to 1.1/,
    ],
    [
      '{rules: [{variations: [a, b], weights: [0.5, half]}]}',
      '1:57',
      'bad-type',
      /a weight is text/,
    ],
    ['{rules: [{variations: [a, b], meta: [{key: c}]}]}', '1:48', 'out-of-range', /meta has 1/],
    [
      '{rules: [{variations: [a, b], ranges: [[0, 1], 5]}]}',
      '1:59',
      'bad-type',
      /a range is a number/,
    ],
    [
      '{rules: [{variations: [a, b], namespace: [ns, 0]}]}',
      '1:53',
      'bad-type',
      /such as \[checkout, 0, 0.5\]/,
    ],
    [
      '{rules: [{force: 1, filters: [{seed: a}]}]}',
      '1:42',
      'bad-type',
      /a filter has a seed and ranges/,
    ],
    [
      '{rules: [{force: 1, parentConditions: [{feature: a}]}]}',
      '1:51',
      'bad-type',
      /what is required has an id/,
    ],
    [
      '{rules: [{force: 1, condition: {$or: {}}}]}',
      '1:49',
      'bad-type',
      /\$or is a mapping; write a list of conditions/,
    ],
    [
      '{rules: [{force: 1, condition: {a: {$regex: "["}}}]}',
      '1:56',
      'bad-type',
      /no regular expression/,
    ],
    ['{rules: [{force: 1, condition: {a: {$regex: "(?=a)"}}}]}', '1:56', 'bad-type', /linear time/],
    [
      '{rules: [{force: 1, parentConditions: [{id: a, condition: {value: {$in: b}}}]}]}',
      '1:84',
      'bad-type',
      /\$in has text; write a list/,
    ],
  ])('%s', (entry, at, code, message) => {
    const [problem] = problemsOf(entry)
    expect(problem).toMatchObject({ severity: 'error', code, at })
    expect(messagesOf(entry)[0]).toMatch(message)
  })

  test.each([
    [
      'an operator that does not exist',
      '{rules: [{force: 1, condition: {a: {$near: 1}}}]}',
      /no operator is called \$near/,
    ],
    [
      'a saved group that is not there',
      '{rules: [{force: 1, condition: {id: {$inGroup: staff}}}]}',
      /no saved group staff/,
    ],
  ])('%s is an error', async (_, entry, message) => {
    expect(problemsOf(entry)).toMatchObject([{ severity: 'error' }])
    expect(messagesOf(entry)[0]).toMatch(message)
    expect((await decisionOn(entry, { attributes: { a: 1, id: 'u1' } })).enabled).toBe(false)
  })

  test('every key of a rule may be used, and is no problem', () => {
    const rule = `{id: r, condition: {a: 1}, parentConditions: [{id: other, gate: true}], filters: [{seed: s, ranges: [[0, 1]], attribute: id, hashVersion: 2}], tracks: [],
      coverage: 1, seed: s, hashAttribute: id, hashVersion: 2, fallbackAttribute: device, disableStickyBucketing: true`
    expect(
      problemsOf(`{rules: [${rule}, force: null, range: [0, 1]}]}\nfeature_other: on`),
    ).toEqual([])
    const experiment = `${rule}, variations: [a, b], key: k, weights: [0.5, 0.5], ranges: [[0, 0.5], [0.5, 1]], meta: [{}, {key: b, passthrough: true}], namespace: [n, 0, 1],
      name: N, phase: "1", bucketVersion: 1, minBucketVersion: 0, contextualVariations: [a, b], contextualBanditRef: b}`
    expect(problemsOf(`{rules: [${experiment}]}\nfeature_other: on`)).toEqual([])
  })

  test('an entry with a faulty rule holds its last good version; what stands beside it is taken', async () => {
    const { features, set, problems } = await openEngine(
      'feature_x: {default: 1}\nfeature_y: {default: 1}\n',
    )
    await set('feature_x: {default: 2, rules: [{conditon: {}}]}\nfeature_y: {default: 2}\n')
    expect([
      features.decide('x').value,
      features.decide('x').heldBack,
      features.decide('y').value,
    ]).toEqual([1, true, 2])
    expect(problems).toMatchObject([
      { feature: 'x', code: 'unknown-key', line: 1, path: 'rules.0.conditon' },
    ])
    await set('feature_x: {default: 3}\nfeature_y: {default: 2}\n')
    expect(features.decide('x')).toMatchObject({ value: 3, heldBack: undefined })
  })
})

describe('explain', () => {
  test('shows each rule, what it asked, and the draw', async () => {
    const { features } = await openEngine(
      entryText(
        '{gold: true, default: 0, rules: [{condition: {country: NZ}, force: 1}, {coverage: 0.5, seed: s, hashVersion: 2, force: 2}, {force: 3}]}',
      ),
    )
    const explained = features.for(worldOf({ attributes: { id: '1', country: 'US' } })).explain('x')
    expect(explained.decision).toMatchObject({ value: 3, selector: 'rules[2]' })
    expect(
      explained.steps.map(({ selector, path, outcome, draw }) => [
        selector,
        path,
        outcome,
        draw?.bucket,
        draw?.passed,
      ]),
    ).toEqual([
      ['gold', 'gold', 'passed on', undefined, undefined],
      ['rules[0]', 'rules.0', 'passed on', undefined, undefined],
      ['rules[1]', 'rules.1', 'passed on', 0.842, false],
      ['rules[2]', 'rules.2', 'claimed', undefined, undefined],
    ])
    expect(explained.steps[1]?.asked).toContainEqual({
      question: 'attribute country',
      answer: 'US',
    })
    expect(explained.decidedAt?.line).toBe(1)
  })

  test('shows the draw of an experiment, and the rules that were not reached', async () => {
    const { features } = await openEngine(
      entryText(
        '\n  rules:\n    - {variations: [a, b], seed: s, hashVersion: 2, key: k}\n    - force: c',
      ),
    )
    const explained = features.for(worldOf({ attributes: { id: '1' } })).explain('x')
    expect(explained.steps).toMatchObject([
      {
        selector: 'rules[0]',
        outcome: 'claimed',
        line: 3,
        draw: { unit: '1', bucket: 0.842, test: 'variation 1 of k', passed: true },
      },
      { selector: 'rules[1]', outcome: 'not reached', line: 4 },
    ])
  })
})

describe('a text that says off switches a feature on, so it is a warning', () => {
  test.each([
    ['{default: off}', 'default', 'default is the text "off"'],
    ['{default: "False"}', 'default', 'default is the text "False"'],
    [
      '{default: 1, rules: [{condition: {c: NZ}, force: off}]}',
      'rules.0.force',
      'force is the text "off"',
    ],
  ])('%s', (entry, path, message) => {
    expect(problemsOf(entry)).toMatchObject([{ code: 'counts-as-on', severity: 'warning', path }])
    expect(messagesOf(entry)[0]).toContain(message)
  })

  test.each([
    '{default: false, rules: [{force: false}]}',
    '{default: no, rules: [{force: offer}]}',
  ])('but not %s', (entry) => {
    expect(problemsOf(entry)).toEqual([])
  })
})
