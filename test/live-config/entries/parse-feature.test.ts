import fc from 'fast-check'
import { type Compat, type Facts, worldOf } from '../../../src'
import {
  anyValue,
  KEYS,
  liveflagEntry,
  mappingOf,
  r2Entry,
  visitor,
} from '../../support/arbitraries'
import { closeEngines, decisionOn, problemsOf, messagesOf, openEngine } from '../../support/engine'
import { sized } from '../../support/long-run'

const RUNS = sized(75, 200)

afterEach(closeEngines)

const gold: Facts = { user: { id: 't2_1', gold: true } }

describe('an entry', () => {
  test.each([
    'on',
    'off',
    'true',
    'false',
    '"on"',
    "'off'",
    '{}',
    '{gold: true}',
    '\n  gold: true',
    '\'{"gold": true}\'',
    "'{}'",
    '"{\\"enabled\\": \\"on\\"}"',
  ])('may be %s', (entry) => {
    expect(problemsOf(entry)).toEqual([])
  })

  test.each([
    ['null', 'bad-type', 'there is no value; write on, off or a mapping of selectors'],
    ['', 'bad-type', 'there is no value; write on, off or a mapping of selectors'],
    ['5', 'bad-type', 'the value is a number; write on, off or a mapping of selectors'],
    ['[on]', 'bad-type', 'the value is a list; write on, off or a mapping of selectors'],
    ['[]', 'bad-type', 'the value is a list; write on, off or a mapping of selectors'],
    ['On', 'unparsable-config', '"On" is neither on nor off; write on'],
    ['"off "', 'unparsable-config', '"off " is neither on nor off; write off'],
    [
      'yes',
      'unparsable-config',
      '"yes" is not a value a feature can have; write on, off or a mapping of selectors',
    ],
    [
      '""',
      'unparsable-config',
      '"" is not a value a feature can have; write on, off or a mapping of selectors',
    ],
    [
      '\'"on"\'',
      'config-not-object',
      'the text is JSON for text; write on, off or a mapping of selectors',
    ],
    [
      '"5"',
      'config-not-object',
      'the text is JSON for a number; write on, off or a mapping of selectors',
    ],
    [
      '"[]"',
      'config-not-object',
      'the text is JSON for a list; write on, off or a mapping of selectors',
    ],
    [
      '"null"',
      'config-not-object',
      'the text is JSON for null; write on, off or a mapping of selectors',
    ],
  ])('may not be %j: %s', (entry, code, message) => {
    expect(problemsOf(entry)).toMatchObject([{ code, severity: 'error' }])
    expect(messagesOf(entry)).toEqual([message])
  })

  test('that is a text of broken JSON is reported where it breaks', () => {
    expect(problemsOf('\'{"gold": true,}\'')).toEqual([
      { code: 'unparsable-config', severity: 'error', at: '1:27', path: undefined },
    ])
    expect(messagesOf('\'{"gold": true,}\'')).toEqual([
      'the text "{\\"gold\\": true,}" is neither on nor off nor valid JSON: remove the comma before this "}"; JSON has none after the last item',
    ])
  })
})

describe("an entry in r2's semantics", () => {
  const r2 = (entry: string, facts: Facts = {}) => decisionOn(entry, facts, { compat: 'r2' })

  test.each(['', 'null', 'off', 'false', '0', '""', '[]', '{}', "'{}'"])(
    '%j is off, without a word',
    async (entry) => {
      expect(problemsOf(entry, 'r2')).toEqual([])
      expect(await r2(entry, gold)).toMatchObject({ enabled: false })
    },
  )

  test.each([
    ['true', 'unparsable-config'],
    ['5', 'unparsable-config'],
    ['[on]', 'unparsable-config'],
    ['On', 'unparsable-config'],
    ['"on "', 'unparsable-config'],
    ['yes', 'unparsable-config'],
    ['\'"on"\'', 'config-not-object'],
    ['"5"', 'config-not-object'],
    ['"true"', 'config-not-object'],
  ])("%j is refused, by r2's own word for it: %s", (entry, code) => {
    expect(problemsOf(entry, 'r2')).toMatchObject([{ code, severity: 'error' }])
  })

  test.each(['{"gold": NaN}', '{"percent_loggedin": Infinity}', '{"percent_loggedin": -Infinity}'])(
    '%s, which Python takes for JSON, is refused rather than answered differently',
    (text) => {
      expect(problemsOf(`'${text}'`, 'r2')).toMatchObject([
        { code: 'unparsable-config', severity: 'error' },
      ])
    },
  )
})

describe('a mapping', () => {
  test('with a key that nobody knows is refused at the key, with the one that was probably meant', () => {
    expect(problemsOf('\n  gold: true\n  percent_logedin: 5')).toEqual([
      { code: 'unknown-key', severity: 'error', at: '3:3', path: 'percent_logedin' },
    ])
    expect(messagesOf('{percent_logedin: 5}')).toEqual([
      '"percent_logedin" is not a key that an entry knows; did you mean percent_loggedin?',
    ])
    expect(messagesOf('{quota: 5}')).toEqual([
      '"quota" is not a key that an entry knows; remove it, or begin it with x- if it is a note of your own',
    ])
  })

  test('with such a key is a warning to r2, and the rest goes on', async () => {
    expect(problemsOf('{gold: true, percent_logedin: 5}', 'r2')).toMatchObject([
      { code: 'unknown-key', severity: 'warning' },
    ])
    expect(
      await decisionOn('{gold: true, percent_logedin: 5}', gold, { compat: 'r2' }),
    ).toMatchObject({ enabled: true })
  })

  test('with several problems reports them all', () => {
    expect(
      problemsOf('\n  gold: 5\n  users: gary\n  nobody: 1\n  percent_loggedin: 101')
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['gold', 'nobody', 'percent_loggedin', 'users'])
  })

  test('with a key that is there twice is refused; to r2 the last one counts', async () => {
    expect(problemsOf('{gold: true, gold: false}')).toMatchObject([
      { code: 'duplicate-key', severity: 'error', at: '1:25' },
    ])
    expect(problemsOf('{gold: true, gold: false}', 'r2')).toMatchObject([
      { code: 'duplicate-key', severity: 'warning' },
    ])
    expect(await decisionOn('{gold: false, gold: true}', gold, { compat: 'r2' })).toMatchObject({
      enabled: true,
    })
  })

  test("with a key that is there twice is refused also as r2's text", () => {
    expect(problemsOf('\'{"gold": true, "gold": false}\'')).toMatchObject([
      { code: 'duplicate-key', severity: 'error' },
    ])
  })

  test('as text is reported with the place of each problem, within the text', () => {
    expect(problemsOf('\'{"gold": true, "users": 5}\'')).toEqual([
      { code: 'bad-type', severity: 'error', at: '1:37', path: 'users' },
    ])
  })

  test.each([32, 33])('of %i levels is judged alike as a mapping and as text', (levels) => {
    const nested = `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
    const tooDeep = levels > 32
    for (const entry of [
      `{"gold": true, "nobody": ${nested}}`,
      `'{"gold": true, "nobody": ${nested}}'`,
    ]) {
      expect(problemsOf(entry)).toMatchObject([{ code: tooDeep ? 'too-deep' : 'unknown-key' }])
    }
  })
})

/**
 * An entry's problems, the same for its mapping and for the text of that mapping but for their
 * places.
 */
async function verdict(value: unknown, asText: boolean, compat: Compat): Promise<unknown> {
  const { features } = await openEngine(
    JSON.stringify({ feature_x: asText ? JSON.stringify(value) : value }),
    { format: 'json', compat },
  )
  const { names, problems } = features.snapshot
  await closeEngines()
  return {
    accepted: names.length > 0,
    problems: problems.map(({ code, severity, path, message }) => [code, severity, path, message]),
  }
}

describe.each<Compat>(['liveflag', 'r2'])('in the semantics of %s, an entry', (compat) => {
  const entry = compat === 'r2' ? r2Entry : liveflagEntry
  /** An entry with one member that is as it should not be. */
  const spoilt = fc
    .tuple(entry, fc.constantFrom(...KEYS), anyValue, fc.boolean())
    .map(([good, key, value, inside]) => {
      const experiment = good.experiment as object | undefined
      return inside && experiment
        ? { ...good, experiment: Object.fromEntries([...Object.entries(experiment), [key, value]]) }
        : Object.fromEntries([...Object.entries(good), [key, value]])
    })
  const loose = mappingOf(fc.constantFrom(...KEYS), anyValue, 5)
  /**
   * Whoever writes an experiment that can let in nobody is reported only when it is read as text; see
   * the tests of experiments.
   */
  const isToldAlike = (problem: unknown): boolean =>
    !JSON.stringify(problem).includes('nobody-eligible')

  test.each([
    ['good', entry],
    ['with one odd member', spoilt],
    ['of odd members', loose],
  ])(
    `that is %s is judged alike whether compiled at once or when it is first asked (${RUNS} random ones)`,
    async (_, values) => {
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          const [mapping, text] = (await Promise.all([
            verdict(value, false, compat),
            verdict(value, true, compat),
          ])) as { problems: unknown[] }[]
          const alike = [mapping, text].map((found) => ({
            ...found,
            problems: found?.problems.filter(isToldAlike),
          }))
          expect(alike[0]).toEqual(alike[1])
        }),
        { numRuns: RUNS, seed: 21 },
      )
    },
  )

  test(`answers alike as a mapping and as text (${RUNS} random ones, 3 visitors each)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        entry,
        fc.array(visitor, { minLength: 3, maxLength: 3 }),
        async (value, visitors) => {
          const answers = await Promise.all(
            [value, JSON.stringify(value)].map(async (written) => {
              const { features } = await openEngine(JSON.stringify({ feature_x: written }), {
                format: 'json',
                compat,
              })
              return visitors.map((facts) => features.for(worldOf(facts)).decide('x'))
            }),
          )
          expect(answers[0]).toEqual(answers[1])
          await closeEngines()
        },
      ),
      { numRuns: RUNS, seed: 22 },
    )
  })
})

test('what the random entries above are: most of them good', async () => {
  for (const [compat, entry] of [
    ['liveflag', liveflagEntry],
    ['r2', r2Entry],
  ] as const) {
    const verdicts = await Promise.all(
      fc.sample(entry, { numRuns: 100, seed: 23 }).map((value) => verdict(value, true, compat)),
    )
    expect(verdicts.filter((found) => !(found as { accepted: boolean }).accepted)).toEqual([])
  }
})
