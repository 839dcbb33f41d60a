/**
 * Selectors of the application: asked after the built-in ones of their stage, checked, explained
 * and reported alike.
 */
import { checkText, liveConfigSchema, type Selector, worldOf } from '../../src/index'
import { openFeatures } from '../../src/engine/features'
import { memory } from '../../src/sources/memory'
import { selectors as builtIn } from '../../src/selectors'
import { withCustom } from '../../src/selectors/custom'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const country: Selector = {
  key: 'country',
  stage: 'who',
  summary: 'Visitors from one of these countries.',
  schema: { type: 'array', items: { type: 'string' } },
  modifiers: { country_by: { type: 'string' } },
  compile(value, place) {
    if (!Array.isArray(value)) {
      place.report({ code: 'bad-type', message: 'country is no list; write one, such as [NZ]' })
      return undefined
    }
    const countries = new Set<unknown>(value)
    const { country_by: by = 'country' } = place.entry
    return (visitor) => countries.has(visitor.attribute(typeof by === 'string' ? by : ''))
  },
}
const everyone: Selector = {
  ...country,
  key: 'everyone',
  stage: 'share',
  modifiers: {},
  compile: (value) => (value === true ? { variant: 'all', value: { a: 1 } } : undefined),
}
const broken = (compile: Selector['compile']): Selector => ({
  ...country,
  key: 'broken',
  modifiers: {},
  compile,
})

const from = (code: string) =>
  worldOf({ user: { id: 'u1' }, attributes: { country: code, ip: code } })

describe('a selector of the application', () => {
  test('lets in whom it matches, and nobody else', async () => {
    const { features } = await openEngine('feature_a: {country: [NZ, AU]}', {
      selectors: [country],
    })
    expect(features.for(from('NZ')).decide('a')).toMatchObject({
      enabled: true,
      reason: 'TARGETING_MATCH',
      selector: 'country',
    })
    expect(features.for(from('KZ')).decide('a')).toMatchObject({
      enabled: false,
      reason: 'DEFAULT',
    })
  })

  test('reads its modifiers', async () => {
    const { features } = await openEngine('feature_a: {country: [NZ], country_by: ip}', {
      selectors: [country],
    })
    expect(features.for(worldOf({ attributes: { ip: 'NZ' } })).isEnabled('a')).toBe(true)
  })

  test('says who is eligible for an experiment, and who may force by URL', async () => {
    const text =
      'feature_a: {experiment: {country: [NZ], variants: {blue: 25, red: 25}}}\nfeature_b: {url: b, url_for: {country: [NZ]}}'
    const { features } = await openEngine(text, { selectors: [country] })
    expect(features.for(from('KZ')).decide('a').reason).toBe('DEFAULT')
    expect(features.for(from('NZ')).decide('a').reason).toBe('SPLIT')
    const asking = (code: string) => worldOf({ attributes: { country: code }, urlFeatures: ['b'] })
    expect(features.for(asking('NZ')).isEnabled('b')).toBe(true)
    expect(features.for(asking('KZ')).isEnabled('b')).toBe(false)
  })

  test('may claim everyone, with a variant and a value', async () => {
    const { features } = await openEngine('feature_a: {everyone: true}', { selectors: [everyone] })
    expect(features.decide('a')).toMatchObject({ enabled: true, variant: 'all', value: { a: 1 } })
  })

  test('is asked after the built-in ones of its stage, and explained', async () => {
    const text = 'feature_a: {everyone: true, percent_loggedin: 1, country: [NZ], users: [gary]}'
    const { features } = await openEngine(text, { selectors: [everyone, country] })
    const { steps } = features.for(from('KZ')).explain('a')
    expect(steps.map(({ selector, outcome }) => [selector, outcome])).toEqual([
      ['users', 'passed on'],
      ['country', 'passed on'],
      ['percent_loggedin', 'passed on'],
      ['everyone', 'claimed'],
    ])
    expect(
      withCustom(builtIn, [country], 'test')
        .filter(({ stage }) => stage === 'who')
        .at(-1)?.key,
    ).toBe('country')
  })

  test('works in the semantics of r2, too', async () => {
    const { features } = await openEngine('feature_a: {country: [NZ]}', {
      selectors: [country],
      compat: 'r2',
    })
    expect(features.for(from('NZ')).isEnabled('a')).toBe(true)
  })
})

describe('its values', () => {
  const check = (text: string, ...selectors: Selector[]) =>
    checkText(text, { selectors }).problems.map(({ code, line, column, message }) => [
      code,
      `${line}:${column}`,
      message,
    ])

  test('are checked at load, with their place', () => {
    expect(check('feature_a:\n  country: NZ', country)).toEqual([
      ['bad-type', '2:12', 'country is no list; write one, such as [NZ]'],
    ])
  })

  test('are in `snapshot.problems`, and the entry holds its last good version', async () => {
    const { features, set } = await openEngine('feature_a: {country: [NZ]}', {
      selectors: [country],
    })
    await set('feature_a: {country: NZ}')
    expect(features.snapshot.problems).toMatchObject([{ code: 'bad-type', feature: 'a' }])
    expect(features.for(from('NZ')).isEnabled('a')).toBe(true)
  })

  test('a misspelt key is reported with the one that was meant', () => {
    expect(check('feature_a: {contry: [NZ]}', country)).toEqual([
      ['unknown-key', '1:13', expect.stringContaining('did you mean country?')],
    ])
    expect(check('feature_a: {country: [NZ]}')[0]?.[0]).toBe('unknown-key')
  })

  test('a compile that throws, or gives what is no claim, refuses the entry', () => {
    const throwing = broken(() => {
      throw new Error('no')
    })
    expect(check('feature_a: {broken: 1}', throwing)[0]).toEqual([
      'selector-threw',
      '1:21',
      expect.stringContaining('the selector broken threw: no'),
    ])
    expect(
      check(
        'feature_a: {broken: 1}',
        broken(() => 5 as never),
      )[0]?.[2],
    ).toContain('5')
  })
})

describe('a match that fails', () => {
  test.each([
    ['throws', () => { throw new Error('out of order') }, 'threw: out of order'], // prettier-ignore
    ['gives a promise', () => Promise.reject(new Error('late')) as never, 'gave [object Promise]'],
    ['gives a number', () => 1 as never, 'gave 1'],
  ])('%s: it matches nobody, and is reported once with its name', async (_, match, message) => {
    const engine = await openEngine(
      'feature_a: {broken: 1, loggedin: true, percent_loggedin: 100}',
      {
        selectors: [broken(() => match)],
      },
    )
    const request = engine.features.for(worldOf({}))
    expect([request.isEnabled('a'), engine.features.isEnabled('a')]).toEqual([false, false])
    expect(engine.problems).toMatchObject([
      { code: 'selector-threw', severity: 'error', feature: 'a' },
    ])
    expect(engine.problems[0]?.message).toContain(`the selector broken ${message}`)
  })
})

test('claims made anew for every question are answered, and remembered only so far', async () => {
  let n = 0
  const { features } = await openEngine('feature_a: {broken: 1}', {
    selectors: [broken(() => () => ({ value: { n: n++ } }))],
  })
  for (let i = 0; i < 200; i++)
    expect(features.for(worldOf({})).decide('a').value).toEqual({ n: i })
})

describe('openFeatures refuses', () => {
  test.each<[string, unknown, RegExp]>([
    ['no list', country, /selectors is .*give a list of selectors/],
    ['no object', [5], /selectors\[0\] is 5; give a selector/],
    ['no key', [{ ...country, key: undefined }], /selectors\[0\]\.key is undefined/],
    ['a key of spaces', [{ ...country, key: 'a b' }], /selectors\[0\]\.key is "a b"/],
    ['an unknown stage', [{ ...country, stage: 'first' }], /\.stage is "first"; give who, share/],
    ['no summary', [{ ...country, summary: '' }], /\.summary is ""/],
    ['no schema', [{ ...country, schema: undefined }], /\.schema is undefined/],
    ['no compile', [{ ...country, compile: 1 }], /\.compile is 1; give a function/],
    ['modifiers that are none', [{ ...country, modifiers: { a: 1 } }], /\.modifiers is/],
    ['a key of its own', [{ ...country, key: 'users' }], /the key "users", which is taken/],
    ['a modifier of its own', [{ ...country, key: 'url_for' }], /"url_for", which is taken/],
    ['a key of an experiment', [{ ...country, key: 'variants' }], /"variants", which is taken/],
    ['a note', [{ ...country, key: 'owner' }], /"owner", which is taken/],
    ['the same key twice', [country, country], /selectors\[1\] has the key "country"/],
  ])('%s', async (_, selectors, message) => {
    const opening = openFeatures({
      source: memory('{}', { format: 'json' }),
      selectors: selectors as Selector[],
    })
    await expect(opening).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringMatching(message) as string,
    })
  })
})

test('the schema has its key, its summary and its modifiers, and is as before without it', () => {
  const { $defs } = liveConfigSchema({ selectors: [country] }) as {
    $defs: Record<string, { properties: object }>
  }
  const own = {
    country: { description: country.summary, ...country.schema },
    country_by: { type: 'string' },
  }
  expect($defs['selectors']?.properties).toMatchObject(own)
  expect($defs['who']?.properties).toMatchObject(own)
  expect(JSON.stringify(liveConfigSchema())).not.toContain('country_by')
})
