import { type Facts, worldOf } from '../../src/index'
import { INHERITED } from '../support/arbitraries'
import { countingWorld } from '../support/counting-world'
import {
  closeEngines,
  decisionOn,
  type EngineOptions,
  entryText,
  problemsOf,
  messagesOf,
  openEngine,
} from '../support/engine'

afterEach(closeEngines)

const asking = (...urlFeatures: string[]): Facts => ({ urlFeatures })
const outcome = async (
  entry: string,
  facts: Facts,
  options: EngineOptions = {},
): Promise<unknown> => {
  const { enabled, variant, selector, forced } = await decisionOn(entry, facts, options)
  return { enabled, variant, selector, forced }
}
const NOBODY = { enabled: false }
const EXPERIMENT = 'experiment: {enabled: on, variants: {blue: 50, control_1: 0}}'

describe.each(['liveflag', 'r2'] as const)('a text, in the semantics of %s', (compat) => {
  test.each<[string, string[], boolean]>([
    ['a', ['a'], true],
    ['a', ['b', 'a', 'c'], true],
    ['a', ['a', 'a'], true],
    ['a', [], false],
    ['a', ['A'], false],
    ['a', ['a '], false],
    ['a', ['a,b'], false],
    ['a', ['ab'], false],
    ['ab', ['a', 'b'], false],
  ])('%j, asked with %j, lets in: %p', async (url, urlFeatures, enabled) => {
    expect(await decisionOn(`{url: ${url}}`, { urlFeatures }, { compat })).toMatchObject({
      enabled,
    })
  })

  test('marks its Decision as forced, names itself, and forces no variant', async () => {
    expect(await decisionOn('{url: a}', asking('a'), { compat })).toEqual({
      feature: 'x',
      enabled: true,
      reason: 'TARGETING_MATCH',
      selector: 'url',
      forced: true,
      generation: 1,
    })
  })

  test('comes before the roles', async () => {
    expect(await decisionOn('{loggedout: true, url: a}', asking('a'), { compat })).toMatchObject({
      selector: 'url',
    })
  })

  test.each(INHERITED)('is not matched by %s in the URL', async (name) => {
    expect(await decisionOn('{url: a}', asking(name), { compat })).toMatchObject({ enabled: false })
    expect(await decisionOn(`{url: ${name}}`, asking(name), { compat })).toMatchObject({
      enabled: true,
    })
  })
})

describe('a mapping', () => {
  test.each<[string, string[], unknown]>([
    [
      'the variant of the name in the URL',
      ['a'],
      { enabled: true, variant: 'blue', selector: 'url', forced: true },
    ],
    [
      'a control, which switches the feature off',
      ['c'],
      { enabled: false, variant: 'control_1', selector: 'url', forced: true },
    ],
    [
      'null: off, and no variant',
      ['n'],
      { enabled: false, variant: undefined, selector: 'url', forced: true },
    ],
    [
      'the first in the URL of several names',
      ['zz', 'b', 'a'],
      { enabled: true, variant: 'green', selector: 'url', forced: true },
    ],
    [
      'a variant that the experiment does not have',
      ['odd'],
      { enabled: true, variant: '', selector: 'url', forced: true },
    ],
  ])('forces %s, and nothing else is asked', async (_, urlFeatures, expected) => {
    const rest = `loggedout: true, percent_loggedout: 100, ${EXPERIMENT}`
    const entry = `{url: {a: blue, b: green, c: control_1, n: null, odd: ""}, ${rest}}`
    expect(await outcome(entry, { urlFeatures, loid: 'abc' })).toEqual(expected)
  })

  test.each(['zz', ...INHERITED])('that does not have %s passes the visitor on', async (name) => {
    expect(await outcome('{url: {a: blue}, loggedout: true}', asking(name))).toEqual({
      enabled: true,
      selector: 'loggedout',
    })
  })

  test.each(INHERITED)('may have %s as a name and as a variant', async (name) => {
    expect(await outcome(`{url: {${JSON.stringify(name)}: ${name}}}`, asking(name))).toEqual({
      enabled: true,
      variant: name,
      selector: 'url',
      forced: true,
    })
  })

  test('that is empty forces nothing and is no problem', async () => {
    expect(await outcome('{url: {}}', asking('a'))).toEqual(NOBODY)
    expect(problemsOf('{url: {}}')).toEqual([])
  })

  test.each(['control_3', 'control', 'Control_1', 'constructor'])(
    'forces %s, which is no control, on',
    async (variant) => {
      expect(await outcome(`{url: {a: ${variant}}}`, asking('a'))).toMatchObject({
        enabled: true,
        variant,
      })
    },
  )

  test('names the variant also where enabled: on has let everyone in', async () => {
    expect(await outcome('{enabled: on, url: {a: blue, n: null}}', asking('a'))).toEqual({
      enabled: true,
      variant: 'blue',
      selector: 'enabled',
      forced: true,
    })
    expect(
      await outcome(`{enabled: on, url: {a: blue, n: null}, ${EXPERIMENT}}`, {
        ...asking('n'),
        loid: 'abc',
      }),
    ).toEqual({ enabled: true, selector: 'enabled' })
  })

  test('owes no exposure for what it forces, though the experiment would have given the same', async () => {
    const { features, exposures } = await openEngine(
      entryText(
        '{url: {a: blue, b: control_1}, experiment: {enabled: on, variants: {blue: 33, control_1: 33, control_2: 33}}}',
      ),
    )
    for (const name of ['a', 'b']) {
      const request = features.for(worldOf({ ...asking(name), loid: 'abc' }))
      request.isEnabled('x')
      request.variant('x')
    }
    expect(exposures).toEqual([])
  })

  test('inside an experiment only makes people eligible', async () => {
    const entry =
      '{experiment: {url: {a: blue, c: control_1, n: null}, variants: {green: 33, control_1: 33, control_2: 33}}}'
    const drawn = await decisionOn(entry, { ...asking('a'), loid: 'abc' })
    expect(drawn.assignment).toMatchObject({ variant: drawn.variant, unit: 'abc' })
    expect(drawn.forced).toBeUndefined()
    for (const name of ['c', 'n', 'zz'])
      expect(await outcome(entry, { ...asking(name), loid: 'abc' })).toEqual(NOBODY)
  })
})

describe("a mapping in r2's semantics", () => {
  const r2 = (entry: string, facts: Facts): Promise<unknown> =>
    outcome(entry, facts, { compat: 'r2' })

  test('forces an enabled variant', async () => {
    expect(await r2('{url: {a: blue}}', asking('a'))).toEqual({
      enabled: true,
      variant: 'blue',
      selector: 'url',
      forced: true,
    })
  })

  test.each([
    ['control_1', 'control_1'],
    ['null', undefined],
  ])('of %s ends the selector check, not the percentages', async (variant, named) => {
    const visitor = { ...asking('a'), loid: 'abc' }
    expect(await r2(`{url: {a: ${variant}}, loggedout: true}`, visitor)).toEqual({
      enabled: false,
      variant: named,
    })
    expect(await r2(`{url: {a: ${variant}}, percent_loggedout: 100}`, visitor)).toEqual({
      enabled: true,
      variant: named,
      selector: 'percent_loggedout',
    })
  })

  test('has the say on the variant, but not on whether the experiment lets in', async () => {
    const decision = await decisionOn(
      '{url: {a: control_1}, experiment: {enabled: on, variants: {blue: 100, control_1: 0, control_2: 0}}}',
      { ...asking('a'), loid: '1' },
      { compat: 'r2' },
    )
    expect(decision.variant).toBe('control_1')
    expect(decision.enabled).toBe(decision.assignment?.variant === 'blue')
  })

  test.each(['5', 'true', 'null', '""', '[]', '0', 'false'])(
    '%s as the whole of url matches nothing',
    async (value) => {
      expect(await r2(`{url: ${value}}`, asking('5', 'true', 'null', ''))).toEqual(NOBODY)
      expect(problemsOf(`{url: ${value}}`, 'r2')).toEqual([])
    },
  )
})

describe('what is no text and no mapping of texts', () => {
  test.each(['5', 'true', 'null', '""', '[a]', '[]'])('%s is refused, at its place', (value) => {
    expect(problemsOf(`\n  gold: true\n  url: ${value}`)).toEqual([
      { code: 'bad-type', severity: 'error', at: '3:8', path: 'url' },
    ])
  })

  test.each(['5', 'true', '[blue]', '{b: 1}'])(
    '%s as a variant is refused, at its place',
    (value) => {
      for (const compat of ['liveflag', 'r2'] as const) {
        expect(problemsOf(`\n  url:\n    a: blue\n    b: ${value}`, compat)).toEqual([
          { code: 'bad-type', severity: 'error', at: '4:8', path: 'url.b' },
        ])
      }
    },
  )

  test('a list crashed r2, and is refused there too', () => {
    expect(problemsOf('{url: [a]}', 'r2')).toMatchObject([{ code: 'bad-type' }])
  })
})

describe('the gate url_for', () => {
  const employee: Facts = { user: { id: 't2_1', name: 'gary', employee: true }, urlFeatures: ['a'] }
  const visitor: Facts = { user: { id: 't2_2', name: 'wendy' }, urlFeatures: ['a'] }

  test.each([
    ['employee', true],
    ['admin', false],
    ['loggedin', true],
    ['loggedout', false],
    ['[admin, employee]', true],
    ['[admin, beta]', false],
    ['{users: [Gary]}', true],
    ['{users: [wendy]}', false],
    ['{employee: true, users: [nobody]}', true],
    ['{}', false],
    ['{employee: false}', false],
    ['{url: a}', true],
    ['{url: other}', false],
    ['{url: a, url_for: admin}', false],
  ])('%s lets an employee named gary force: %p', async (gate, enabled) => {
    expect(await outcome(`{url: a, url_for: ${gate}}`, employee)).toMatchObject({ enabled })
    expect(await outcome(`{url: {a: blue}, url_for: ${gate}}`, employee)).toMatchObject({ enabled })
  })

  test('passes on whom it stops, as if nothing stood in the URL', async () => {
    expect(
      await outcome('{url: {a: control_1}, url_for: employee, loggedin: true}', visitor),
    ).toEqual({ enabled: true, selector: 'loggedin' })
    expect(
      await outcome('{url: {a: control_1}, url_for: employee, loggedin: true}', employee),
    ).toMatchObject({ enabled: false, variant: 'control_1' })
  })

  test('also stands before the variant that a mapping names beside enabled: on', async () => {
    expect(await outcome('{enabled: on, url: {a: blue}, url_for: employee}', visitor)).toEqual({
      enabled: true,
      selector: 'enabled',
    })
    expect(
      await outcome('{enabled: on, url: {a: blue}, url_for: employee}', employee),
    ).toMatchObject({ variant: 'blue' })
  })

  test('stands inside an experiment too', async () => {
    const entry =
      '{experiment: {url: a, url_for: employee, variants: {blue: 33, control_1: 33, control_2: 33}}}'
    expect((await decisionOn(entry, employee)).reason).toBe('SPLIT')
    expect((await decisionOn(entry, visitor)).reason).toBe('DEFAULT')
  })

  test('asks about the visitor only when something stands in the URL', async () => {
    const { features } = await openEngine(entryText('{url: a, url_for: employee}'))
    const world = countingWorld({ ...employee, urlFeatures: [] })
    features.for(world).isEnabled('x')
    expect(world.asked).toEqual({ urlFeatures: 1 })
  })

  test('without url does nothing, which is a warning', async () => {
    expect(await outcome('{url_for: employee}', employee)).toEqual(NOBODY)
    expect(problemsOf('\n  gold: true\n  url_for: employee')).toMatchObject([
      { severity: 'warning', path: 'url_for' },
    ])
  })

  test.each(['staff', '5', 'true', 'null', '""', '[]', '[admin, staff]', '[admin, 5]', 'users'])(
    '%s is refused, at its place',
    (gate) => {
      expect(problemsOf(`\n  url: a\n  url_for: ${gate}`)).toEqual([
        { code: 'bad-type', severity: 'error', at: '3:12', path: 'url_for' },
      ])
    },
  )

  test('names the role that nobody has, and those there are', () => {
    expect(messagesOf('{url: a, url_for: [admin, staff]}')).toEqual([
      'url_for is "staff"; write one of admin, employee, beta, gold, loggedin, loggedout, a list of them, or a mapping of selectors',
    ])
  })

  test.each(['url: a', 'url: {a: blue}'])(
    'with a misspelt or unsuitable selector is refused once, beside {%s}',
    (url) => {
      expect(problemsOf(`\n  ${url}\n  url_for: {admn: true}`)).toEqual([
        { code: 'unknown-key', severity: 'error', at: '3:13', path: 'url_for.admn' },
      ])
      expect(problemsOf(`\n  ${url}\n  url_for: {percent_loggedin: 5}`)).toMatchObject([
        { code: 'unknown-key', path: 'url_for.percent_loggedin' },
      ])
      expect(problemsOf(`\n  ${url}\n  url_for: {enabled: on}`)).toMatchObject([
        { code: 'unknown-key', path: 'url_for.enabled' },
      ])
      expect(problemsOf(`\n  ${url}\n  url_for: {users: gary}`)).toEqual([
        { code: 'bad-type', severity: 'error', at: '3:20', path: 'url_for.users' },
      ])
    },
  )
})

describe('with forceByUrl: false', () => {
  test.each([
    '{url: a}',
    '{url: {a: blue}}',
    '{enabled: on, url: {a: blue}}',
    '{experiment: {url: a, variants: {blue: 33}}}',
  ])('%s is as if nothing stood in the URL', async (entry) => {
    const without = await decisionOn(entry, { loid: 'abc' })
    expect(await decisionOn(entry, { ...asking('a'), loid: 'abc' }, { forceByUrl: false })).toEqual(
      without,
    )
  })
})
