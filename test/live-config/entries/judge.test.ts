import { checkText, worldOf } from '../../../src'
import { closeEngines, openEngine } from '../../support/engine'

afterEach(closeEngines)

const gold = worldOf({ user: { id: 't2_1', gold: true } })

describe('an entry whose newest text is refused', () => {
  test('keeps its last good version, while all other changes of the same content take effect', async () => {
    const { features, set, changes, told } = await openEngine(
      'feature_a: {gold: true}\nfeature_b: on\nfeature_c: on\n',
    )
    expect(await set('feature_a: {gold: 5}\nfeature_b: off\nfeature_d: on\n')).toBe('installed')
    expect(features.for(gold).decide('a')).toMatchObject({
      enabled: true,
      selector: 'gold',
      heldBack: true,
      generation: 2,
    })
    expect([features.isEnabled('b'), features.isEnabled('c'), features.isEnabled('d')]).toEqual([
      false,
      false,
      true,
    ])
    expect(changes).toMatchObject([{ added: ['d'], changed: ['b'], removed: ['c'] }])
    expect(features.snapshot).toMatchObject({ status: 'READY', heldBack: ['a'], rejected: [] })
    // The question about `c`, which is gone, is one about a name that the live config lacks.
    expect(told).toEqual(['ready 1', 'change 2', 'problem bad-type', 'problem unknown-feature'])
  })

  test('keeps it over any number of bad contents, each with its own problem', async () => {
    const { features, set, problems } = await openEngine('feature_a: {gold: true}\n')
    for (const bad of ['{gold: 5}', '{users: gary}', 'On', '5']) await set(`feature_a: ${bad}\n`)
    expect([
      features.for(gold).isEnabled('a'),
      features.snapshot.generation,
      problems.map(({ code }) => code),
    ]).toEqual([true, 5, ['bad-type', 'bad-type', 'unparsable-config', 'bad-type']])
  })

  test('is in force again when it is mended, which is a change only if it means something else than before', async () => {
    const { features, set, changes } = await openEngine('feature_a: {gold: true}\n')
    await set('feature_a: {gold: 5}\n')
    await set('feature_a: {gold: true}\n')
    expect([changes, features.snapshot.heldBack, features.for(gold).decide('a').heldBack]).toEqual([
      [],
      [],
      undefined,
    ])
    await set('feature_a: {gold: 5}\n')
    await set('feature_a: {beta: true}\n')
    expect(changes).toMatchObject([{ changed: ['a'] }])
  })

  test('is gone when it is taken out, the version held back too', async () => {
    const { features, set, changes } = await openEngine('feature_a: {gold: true}\nfeature_b: on\n')
    await set('feature_a: {gold: 5}\nfeature_b: on\n')
    await set('feature_b: on\n')
    expect(features.decide('a').error?.code).toBe('FLAG_NOT_FOUND')
    expect([changes.map(({ removed }) => removed), features.snapshot.problems]).toEqual([
      [['a']],
      [],
    ])
    await set('feature_a: {gold: 5}\nfeature_b: on\n')
    expect([features.decide('a').error?.code, features.snapshot.rejected]).toEqual([
      'PARSE_ERROR',
      ['a'],
    ])
  })
})

describe('an entry that never had a good version', () => {
  test('is off and rejected, which is not the same as absent', async () => {
    const { features, changes, set } = await openEngine('feature_a: {gold: 5}\nfeature_b: on\n')
    expect([features.decide('a').error?.code, features.decide('nobody').error?.code]).toEqual([
      'PARSE_ERROR',
      'FLAG_NOT_FOUND',
    ])
    expect([features.snapshot.names, features.snapshot.rejected]).toEqual([['b'], ['a']])
    await set('feature_a: {gold: true}\nfeature_b: on\n')
    expect(changes).toMatchObject([{ added: ['a'], changed: [], removed: [] }])
  })

  test('comes and goes without a change', async () => {
    const { set, told } = await openEngine('feature_b: on\n')
    await set('feature_a: {gold: 5}\nfeature_b: on\n')
    await set('feature_b: on\n')
    expect(told).toEqual(['ready 1', 'problem bad-type'])
  })
})

describe('an entry that is there twice', () => {
  const twice = 'feature_a: {gold: true}\nfeature_b: on\nfeature_a: off\n'

  test('is refused: nobody can know which of the two was meant', async () => {
    const { features, set } = await openEngine('feature_a: {gold: true}\nfeature_b: on\n')
    await set(twice)
    expect(features.for(gold).decide('a')).toMatchObject({ enabled: true, heldBack: true })
    expect(features.snapshot.problems).toMatchObject([
      {
        code: 'duplicate-feature',
        severity: 'error',
        feature: 'a',
        line: 3,
        column: 1,
        message: '"feature_a" is already on line 1; keep one of the two',
      },
    ])
  })

  test('at start is rejected', async () => {
    const { features } = await openEngine(twice)
    expect([features.snapshot.names, features.snapshot.rejected]).toEqual([['b'], ['a']])
  })

  test('is a warning to r2, which takes the last', async () => {
    const { features } = await openEngine(twice, { compat: 'r2' })
    expect([features.for(gold).isEnabled('a'), features.snapshot.names]).toEqual([
      false,
      ['a', 'b'],
    ])
    expect(features.snapshot.problems).toMatchObject([
      { code: 'duplicate-feature', severity: 'warning' },
    ])
  })

  test('more than twice is reported once', async () => {
    const { problems } = await openEngine(`${twice}feature_a: on\n`)
    expect(problems).toHaveLength(1)
  })

  test.each(['yaml', 'json', 'ini'] as const)('hides no problem of either entry (%s)', (format) => {
    const bad = '{"percent_loggedin": 101}'
    const text = {
      yaml: `feature_b: ${bad}\nfeature_b: {"gold": 5}\nfeature_b: on\n`,
      json: `{"feature_b": ${bad}, "feature_b": {"gold": 5}, "feature_b": "on"}`,
      ini: `[live_config]\nfeature_b = ${bad}\nfeature_b = {"gold": 5}\nfeature_b = on\n`,
    }[format]
    const { problems } = checkText(text, { format })
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['duplicate-feature', undefined],
      ['out-of-range', 'percent_loggedin'],
      ['bad-type', 'gold'],
    ])
  })

  test('though it is no feature is a warning to r2, too', async () => {
    const { features } = await openEngine('note: 1\nnote: 2\nfeature_a: on\n', { compat: 'r2' })
    expect(features.snapshot.problems).toMatchObject([
      { code: 'duplicate-key', severity: 'warning' },
    ])
  })

  test('though it is no feature changes nothing about the features', async () => {
    const { features, set } = await openEngine('feature_a: on\n')
    expect(await set('note: 1\nnote: 2\nfeature_a: off\n')).toBe('installed')
    expect([features.isEnabled('a'), features.snapshot.status]).toEqual([false, 'READY'])
  })
})

describe("badEntry: 'off', r2's way", () => {
  test.each(['liveflag', 'r2'] as const)(
    'a bad entry is off, and what was in force of it is removed (%s)',
    async (compat) => {
      const { features, set, changes } = await openEngine(
        'feature_a: {gold: true}\nfeature_b: on\n',
        { badEntry: 'off', compat },
      )
      await set('feature_a: {users: 5}\nfeature_b: on\n')
      expect(features.for(gold).isEnabled('a')).toBe(false)
      expect([
        changes.map(({ removed }) => removed),
        features.snapshot.heldBack,
        features.snapshot.rejected,
      ]).toEqual([[['a']], [], ['a']])
    },
  )

  test('a content that is bad as a whole is still not taken', async () => {
    const { features, set } = await openEngine('feature_a: {gold: true}\n', { badEntry: 'off' })
    await set('feature_a: [\n')
    expect(features.for(gold).isEnabled('a')).toBe(true)
  })
})

test("keys that do not begin with feature_ are somebody else's", async () => {
  const { features } = await openEngine(
    'note: {gold: 5}\nother_x: on\n"feature_": on\nfeature_x: on\n',
    { compat: 'r2' },
  )
  expect([features.snapshot.names, features.snapshot.problems]).toEqual([['', 'x'], []])
})

test('ten thousand entries are judged without holding the event loop', async () => {
  const live = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, n) => [
      `feature_${n}`,
      { users: ['gary'], percent_loggedin: n % 100 },
    ]),
  )
  const { features, set } = await openEngine(JSON.stringify(live), { format: 'json' })
  let turns = 0
  let judging = true
  const count = (): void => {
    turns++
    if (judging) setImmediate(count)
  }
  setImmediate(count)
  await set(JSON.stringify(live).replaceAll('gary', 'wendy'))
  judging = false
  expect(turns).toBeGreaterThan(5)
  expect(features.for(worldOf({ user: { id: 't2_1', name: 'wendy' } })).isEnabled('0')).toBe(true)
})
