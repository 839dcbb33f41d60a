import { checkText, type Features, worldOf } from '../../../src'
import { closeEngines, openEngine } from '../../support/engine'

afterEach(closeEngines)

const has = (features: Features, id: string): boolean =>
  features.for(worldOf({ user: { id } })).isEnabled('x')
const live = (segments: string): string =>
  `segments: ${segments}\nfeature_x: {segments: [a]}\nfeature_y: {gold: true}\n`

describe('segments in a live config', () => {
  test.each([
    ['YAML', 'yaml', 'segments: {a: [u1]}\nfeature_x: {segments: [a]}\n'],
    ['YAML with the segments last', 'yaml', 'feature_x: {segments: [a]}\nsegments: {a: [u1]}\n'],
    ['JSON', 'json', '{"segments": {"a": ["u1"]}, "feature_x": {"segments": ["a"]}}'],
    [
      'ini, as JSON',
      'ini',
      '[live_config]\nsegments = {"a": ["u1"]}\nfeature_x = {"segments": ["a"]}\n',
    ],
  ] as const)('may stand in %s', async (_, format, text) => {
    const { features, problems } = await openEngine(text, { format })
    expect([has(features, 'u1'), has(features, 'u2'), problems]).toEqual([true, false, []])
  })

  test.each<[string, string, object]>([
    [
      '{a: 5}',
      'a number where a list belongs',
      {
        code: 'bad-type',
        line: 1,
        column: 15,
        path: 'segments.a',
        message: 'segment a is a number; write a list of ids, or a condition such as {country: NZ}',
      },
    ],
    [
      '{a: [u1, 5]}',
      'an id that is no text',
      {
        code: 'bad-type',
        line: 1,
        column: 20,
        path: 'segments.a.1',
        message:
          'segment a has a number at position 2; every id must be text, in quotes if need be',
      },
    ],
    [
      '{a: {country: {$in: NZ}}}',
      'a condition that cannot be asked',
      { code: 'bad-type', line: 1, path: 'segments.a.country.$in' },
    ],
    [
      '{a: {$savedGroup: {id: a}}}',
      'a circle',
      {
        code: 'bad-type',
        line: 1,
        path: 'segments.a',
        message: 'segment a leads back to itself by way of a, a; cut the circle',
      },
    ],
    [
      '[u1]',
      'a list without names',
      {
        code: 'bad-type',
        line: 1,
        path: 'segments',
        message: 'segments is a list; write a mapping from names to lists of ids or to conditions',
      },
    ],
  ])('that are %s are refused: %s', (segments, _, problem) => {
    expect(checkText(live(segments)).problems).toContainEqual(
      expect.objectContaining({ severity: 'error', ...problem }),
    )
  })

  test('are reported once, and so is every entry that names one, with the reason', () => {
    const problems = (segments: string) =>
      checkText(live(segments)).problems.map(({ path, message }) => [path, message])
    expect(problems('{a: {$savedGroup: {id: a}}}')).toEqual([
      ['segments.a', 'segment a leads back to itself by way of a, a; cut the circle'],
      ['segments.0', 'segment a was refused; fix it where it is defined'],
    ])
  })

  test('do not take the name of a saved group', () => {
    const problems = checkText(
      'savedGroups: {a: [u1]}\nsegments: {a: [u2]}\nfeature_x: {segments: [a]}\n',
    ).problems
    expect(problems).toMatchObject([
      { code: 'duplicate-key', line: 2, column: 12, path: 'segments.a' },
    ])
  })

  test('that ask for a group nobody defines are refused', () => {
    expect(checkText(live('{a: {$savedGroup: {id: b}}}')).problems).toMatchObject([
      { code: 'unknown-key', severity: 'error', path: 'segments.a.$savedGroup' },
      { code: 'bad-type', severity: 'error', path: 'segments.0' },
    ])
  })
})

describe('a segment that is refused', () => {
  test('stays as it was, while the others change', async () => {
    const { features, set, told } = await openEngine(
      'segments: {a: [u1], b: [u1]}\nfeature_x: {segments: [a]}\nfeature_y: {segments: [b]}\n',
    )
    await set('segments: {a: 5, b: [u2]}\nfeature_x: {segments: [a]}\nfeature_y: {segments: [b]}\n')
    expect([
      has(features, 'u1'),
      features.for(worldOf({ user: { id: 'u2' } })).isEnabled('y'),
    ]).toEqual([true, true])
    expect(told).toEqual(['ready 1', 'change 2', 'problem bad-type'])
    await set(
      'segments: {a: [u3], b: [u2]}\nfeature_x: {segments: [a]}\nfeature_y: {segments: [b]}\n',
    )
    expect([has(features, 'u1'), has(features, 'u3'), features.snapshot.problems]).toEqual([
      false,
      true,
      [],
    ])
  })

  test('is reported at the line where it stands now', async () => {
    const { features, set } = await openEngine('segments: {a: 5}\nfeature_y: on\n')
    await set('\n\nsegments: {a: 5}\nfeature_y: off\n')
    expect(features.snapshot.problems).toMatchObject([{ code: 'bad-type', line: 3 }])
  })

  test('and never was good has nobody, and holds the entries that name it', async () => {
    const { features } = await openEngine(live('{a: 5}'))
    expect([has(features, 'u1'), features.snapshot.rejected, features.isEnabled('y')]).toEqual([
      false,
      ['x'],
      false,
    ])
  })

  test('has nobody with badEntry off', async () => {
    const { features, set } = await openEngine(live('{a: [u1]}'), { badEntry: 'off' })
    await set(live('{a: 5}'))
    expect(has(features, 'u1')).toBe(false)
  })

  test('or gone leaves the entries that name it as they were', async () => {
    const { features, set } = await openEngine(live('{a: [u1]}'))
    await set(live('{b: [u1]}'))
    expect([has(features, 'u1'), features.snapshot.heldBack]).toEqual([true, ['x']])
  })
})

describe('a change of a segment', () => {
  const changes = async (before: string, after: string): Promise<unknown> => {
    const engine = await openEngine(before)
    await engine.set(after)
    return engine.changes.map(({ added, changed, removed }) => [added, changed, removed])
  }

  test.each([
    ['a selector', '{segments: [a]}'],
    ['the eligibility of an experiment', '{experiment: {segments: [a], variants: {v: 5}}}'],
    ['a gate', '{url: x, url_for: {segments: [a]}}'],
    ['a rule', '{default: 0, rules: [{condition: {$savedGroup: {id: a}}, force: 1}]}'],
    ["r2's text", '\'{"segments": ["a"]}\''],
    ['a segment that names it', '{segments: [around]}'],
  ])('is one of the features that name it by %s', async (_, entry) => {
    const text = (a: string): string =>
      `segments: {a: [${a}], around: {$savedGroup: {id: a}}}\nfeature_x: ${entry}\nfeature_y: {gold: true}\n`
    expect(await changes(text('u1'), text('u2'))).toEqual([[[], ['x'], []]])
    expect(await changes(text('u1'), text('u1 '))).toEqual([])
  })

  test('that nobody names is none', async () => {
    expect(await changes(live('{a: [u1], b: [u1]}'), live('{a: [u1], b: [u2]}'))).toEqual([])
  })

  test('to another that says the same is none', async () => {
    expect(
      await changes(
        live('{a: [u1]}'),
        'feature_y: {gold: true}\nfeature_x: {segments: [a]}\nsegments:\n  a:\n    - u1\n',
      ),
    ).toEqual([])
  })
})

describe("to whom the key is none of liveflag's", () => {
  test('r2 leaves it alone', () => {
    expect(checkText('segments: 5\nfeature_x: on\n', { compat: 'r2' }).problems).toEqual([])
  })

  test("GrowthBook's payloads have another word for it, which a warning says", () => {
    expect(
      checkText('{"segments": 5, "features": {"x": {"defaultValue": 1}}}', { format: 'json' }),
    ).toMatchObject({ features: 1, problems: [{ code: 'unknown-key', severity: 'warning' }] })
  })
})

test('saved groups that are conditions and cannot be evaluated are reported, and keep nobody out', () => {
  const text = JSON.stringify({
    features: { x: { defaultValue: 1 } },
    savedGroups: { a: { type: 'condition', condition: { $and: null } } },
  })
  expect(checkText(text, { format: 'json' })).toMatchObject({
    features: 1,
    problems: [{ code: 'bad-type', severity: 'warning', path: 'savedGroups.a.$and' }],
  })
})
