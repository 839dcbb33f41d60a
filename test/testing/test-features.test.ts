import { type Exposure, worldOf } from '../../src/index'
import type { TestFeatures } from '../../src/testing/settable'
import { testFeatures } from '../../src/testing/test-features'

const gary = worldOf({ user: { id: 't2_beef', name: 'gary' } })

const opened: TestFeatures[] = []
function features(...args: Parameters<typeof testFeatures>): TestFeatures {
  const made = testFeatures(...args)
  opened.push(made)
  return made
}
afterEach(async () => {
  for (const made of opened.splice(0)) await made.close()
})

describe('features for tests', () => {
  it('have what they begin with at once, for everybody and whatever is asked', () => {
    const some = features({ header: true, old: false, theme: 'dark', most: 5, limits: { a: [1] } })
    expect([
      some.isEnabled('header'),
      some.isEnabled('old'),
      some.for(gary).isEnabled('header'),
    ]).toEqual([true, false, true])
    expect([
      some.getStringValue('theme', ''),
      some.getNumberValue('most', 0),
      some.getObjectValue('limits', {}),
    ]).toEqual(['dark', 5, { a: [1] }])
    expect(some.run(gary, () => some.getBooleanValue('header', false))).toBe(true)
    expect(some.allEnabled()).toEqual({ header: true, theme: true, most: true, limits: true })
  })

  it('give the default of the code for what nobody has set', () => {
    const none = features()
    expect([
      none.isEnabled('x'),
      none.getStringValue('x', 'as it was'),
      none.decide('x').error?.code,
    ]).toEqual([false, 'as it was', 'FLAG_NOT_FOUND'])
  })

  it('are set at once, also in a request that has begun', () => {
    const some = features({ x: false })
    const request = some.for(gary, { url: 'https://example.test/' })
    expect(request.isEnabled('x')).toBe(false)
    some
      .setBoolean('x', true)
      .setString('s', 'a')
      .setInteger('i', -1)
      .setNumber('n', 0.5)
      .setObject('o', { a: 1 })
      .setObject('l', [1])
    expect([
      request.isEnabled('x'),
      some.getStringValue('s', ''),
      some.getNumberValue('i', 0),
      some.getNumberValue('n', 0),
    ]).toEqual([true, 'a', -1, 0.5])
    expect([some.getObjectValue('o', {}), some.getObjectValue('l', [])]).toEqual([{ a: 1 }, [1]])
    expect(some.unset('x').isEnabled('x')).toBe(false)
  })

  it('distinguish a value of the wrong type from one that is missing, as in production', () => {
    const some = features({ s: 'text' })
    some.on('problem', () => undefined)
    expect(some.details('s', 5)).toMatchObject({ value: 5, error: { code: 'TYPE_MISMATCH' } })
  })

  it.each<[string, (some: TestFeatures, value: never) => unknown, unknown]>([
    [
      'setBoolean: x is given text; give true or false',
      (some, value) => some.setBoolean('x', value),
      'true',
    ],
    ['setString: x is given a number; give a text', (some, value) => some.setString('x', value), 5],
    [
      'setInteger: x is given a number; give a whole number',
      (some, value) => some.setInteger('x', value),
      0.5,
    ],
    [
      'setNumber: x is given a number; give a number',
      (some, value) => some.setNumber('x', value),
      NaN,
    ],
    [
      'setObject: x is given null; give an object or a list',
      (some, value) => some.setObject('x', value),
      null,
    ],
  ])('refuse another type: %s', (message, set, value) => {
    expect(() => set(features(), value as never)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION', message }),
    )
  })

  it('are evaluated where they are set as live config: everybody has a value', async () => {
    const some = features()
    await some.set('colour', 'red')
    expect([some.getStringValue('colour', ''), some.for(gary).decide('colour').reason]).toEqual([
      'red',
      'DEFAULT',
    ])
    await some.set('colour', 'green')
    expect(some.getStringValue('colour', '')).toBe('green')
  })

  it('take an entry as it stands in the file, and a feature of a GrowthBook payload', async () => {
    const some = features()
    await some.setDefinition('staff', { users: ['gary'] })
    await some.setDefinition('plain', 'on')
    await some.setDefinition('rollout', {
      defaultValue: 'control',
      rules: [{ force: 'treatment', coverage: 1.0 }],
    })
    await some.setDefinition('forced', { defaultValue: false, rules: [{ force: true }] })
    const request = some.for(gary)
    expect([
      request.isEnabled('staff'),
      some.isEnabled('staff'),
      request.isEnabled('plain'),
      request.getStringValue('rollout', ''),
      some.isEnabled('forced'),
    ]).toEqual([true, false, true, 'treatment', true])
  })

  it('owe exposures for experiments of definitions, and none for overrides', async () => {
    const exposures: Exposure[] = []
    const some = features({ other: 'x' }, { onExposure: (exposure) => exposures.push(exposure) })
    await some.setDefinition('checkout', {
      experiment: { loggedin: true, variants: { red: 50, blue: 50 } },
    })
    const request = some.for(gary)
    const variant = request.variant('checkout')
    request.getStringValue('other', '')
    expect(exposures.map((exposure) => [exposure.feature, exposure.variant])).toEqual([
      ['checkout', variant],
    ])
    some.setString('checkout', 'mine')
    expect(some.for(gary).getStringValue('checkout', '')).toBe('mine')
    expect(exposures).toHaveLength(1)
  })

  it('reject a definition that the engine refuses, and say why', async () => {
    await expect(features().setDefinition('x', { gold: 5 })).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringMatching(/^setDefinition: x is refused: .*gold/) as string,
      cause: { code: 'bad-type' },
    })
  })

  const circular: unknown[] = []
  circular.push(circular)
  const NO_JSON: readonly [what: string, value: unknown, why: string][] = [
    ['a bigint', 1n, 'it has a bigint'],
    ['a list that holds itself', circular, 'circular'],
    ['nothing', undefined, 'it is undefined'],
    ['a function', () => 1, 'it has a function'],
    ['an object with NaN', { a: NaN }, 'it has NaN'],
  ]

  it.each(NO_JSON)(
    'refuse what JSON cannot say, %s, and stay as they are',
    async (_, value, why) => {
      const some = features({ x: 1 })
      await some.set('colour', 'red')
      const refusal = {
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining(why) as string,
      }
      for (const setter of ['set', 'setDefinition', 'setSegment'] as const)
        await expect(some[setter]('colour', value as never)).rejects.toMatchObject(refusal)
      expect(() => features({ n: value as never })).toThrow(expect.objectContaining(refusal))
      await some.set('size', 'large')
      expect([
        some.getStringValue('colour', ''),
        some.getStringValue('size', ''),
        some.snapshot.problems,
      ]).toEqual(['red', 'large', []])
    },
  )

  it('refuse an override that JSON cannot say', () => {
    expect(() => features().setObject('x', [1n] as never)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
    expect(() => features().setObject('x', circular as never)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  })

  it.each([
    [{ source: 'config/live.yaml' }, 'there is no option source'],
    [{ onExposures: () => 1 }, 'there is no option onExposures'],
  ])('refuse the options %p', (options, says) => {
    expect(() => features({}, options as never)).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining(says) as string,
      }),
    )
  })

  it('keep what was set as it was then', async () => {
    const some = features()
    const value = { a: 1 }
    await some.set('x', value)
    value.a = 2
    await some.set('y', 1)
    expect(some.getObjectValue('x', {})).toEqual({ a: 1 })
  })

  it('have segments, of entries and of GrowthBook features', async () => {
    const some = features()
    await some.setSegment('staff', ['t2_beef'])
    await some.setSegment('kiwis', { country: 'NZ' })
    await some.setDefinition('x', { segments: ['staff'] })
    await some.setDefinition('y', { segments: ['kiwis'] })
    await some.setDefinition('z', {
      defaultValue: false,
      rules: [
        {
          force: true,
          condition: { $or: [{ id: { $inGroup: 'staff' } }, { $savedGroup: { id: 'kiwis' } }] },
        },
      ],
    })
    const on = (request: { isEnabled(name: string): boolean }): boolean[] =>
      ['x', 'y', 'z'].map((name) => request.isEnabled(name))
    expect([on(some.for(gary)), on(some.for(worldOf({ attributes: { country: 'NZ' } })))]).toEqual([
      [true, false, true],
      [false, true, true],
    ])
    await some.setSegment('staff', [])
    expect(on(some.for(gary))).toEqual([false, false, false])
  })

  it('reject a segment that the engine refuses, and say why', async () => {
    await expect(features().setSegment('staff', 5)).rejects.toMatchObject({
      code: 'LIVEFLAG_BAD_OPTION',
      message: expect.stringMatching(/^setSegment: staff is refused: /) as string,
    })
  })

  it('are ready at once, and closed for good', async () => {
    const some = features()
    expect(some.snapshot.status).toBe('READY')
    await some.set('x', 1)
    await some.close()
    for (const setter of ['set', 'setDefinition', 'setSegment'] as const)
      await expect(some[setter]('x', 2)).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
    await some.restore()
    expect(some.getNumberValue('x', 0)).toBe(1)
  })

  it('are restored to what they began with', async () => {
    const some = features({ x: false, y: 1 })
    some.setBoolean('x', true).setString('z', 'z').unset('y')
    await some.set('w', 'w')
    await some.restore()
    expect([
      some.isEnabled('x'),
      some.getNumberValue('y', 0),
      some.getStringValue('z', ''),
      some.getStringValue('w', ''),
    ]).toEqual([false, 1, '', ''])
  })

  it("are restored and closed by a runner's own hooks", async () => {
    const hooks: (() => Promise<void>)[] = []
    const hook = (run: () => Promise<void>): number => hooks.push(run)
    const some = features({ x: false }, { afterEach: hook, afterAll: hook })
    some.setBoolean('x', true)
    await hooks[0]?.()
    expect(some.isEnabled('x')).toBe(false)
    await hooks[1]?.()
    await expect(some.reload()).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
  })

  it.each([
    ['red', undefined, true, 'red'],
    ['control_1', undefined, false, 'control_1'],
    ['red', 'crimson', true, 'crimson'],
    ['red', { hex: '#f00' }, true, { hex: '#f00' }],
    ['off', false, false, false],
  ])(
    'of variant %s and value %j agree in isEnabled, variant and value',
    (variant, value, enabled, got) => {
      const some = features().setVariant('colour', variant, value)
      const request = some.for(worldOf())
      expect([
        some.isEnabled('colour'),
        some.variant('colour'),
        some.details('colour', got).value,
      ]).toEqual([enabled, variant, got])
      expect([request.isEnabled('colour'), request.variant('colour')]).toEqual([enabled, variant])
      expect(some.allEnabled()).toEqual({ colour: { variant } })
    },
  )

  it('have no variant any more once another override, unset or restore takes its place', async () => {
    const some = features().setVariant('a', 'x').setVariant('b', 'x').setVariant('c', 'x')
    some.setString('a', 'y').unset('b')
    expect([some.variant('a'), some.variant('b'), some.variant('c')]).toEqual([
      undefined,
      undefined,
      'x',
    ])
    await some.restore()
    expect(some.variant('c')).toBeUndefined()
  })

  it.each([[''], [5], [undefined]])('refuse %j as a variant', (variant) => {
    expect(() => features().setVariant('a', variant as never)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }),
    )
  })

  it('share nothing with others, not even the object they begin with', () => {
    const initial = { x: false }
    const [one, other] = [features(initial), features(initial)]
    one.setBoolean('x', true)
    expect([one.isEnabled('x'), other.isEnabled('x'), initial.x]).toEqual([true, false, false])
  })

  it('take any name, those of an object’s own members included', () => {
    const some = features().setBoolean('__proto__', true).setBoolean('constructor', true)
    expect([
      some.isEnabled('__proto__'),
      some.isEnabled('constructor'),
      some.isEnabled('toString'),
    ]).toEqual([true, true, false])
  })

  it('take on and off as switches, as the file does', async () => {
    const some = features()
    await some.set('a', 'on')
    await some.set('b', 'off')
    expect([some.isEnabled('a'), some.isEnabled('b')]).toEqual([true, false])
  })

  it('know the variants of a definition, and need a list without one', async () => {
    const blocks: string[] = []
    const some = features(
      {},
      {
        describe: (title, define) => (blocks.push(title), define()),
        beforeEach: (run) => run(),
        afterEach: () => undefined,
      },
    )
    const set = [
      some.setDefinition('list', { experiment: { variants: [{ name: 'a', weight: 1 }] } }),
      some.setDefinition('turns', { experiment: { loggedin: true, variants: { b: 5, c: 5 } } }),
    ]
    const seen: unknown[] = []
    for (const name of ['list', 'turns'])
      some.forEachVariant(name, (variant) => seen.push(variant, some.variant(name)))
    some.forEachState('x', (enabled) => seen.push(enabled, some.isEnabled('x')))
    expect(seen).toEqual(['a', 'a', 'b', 'b', 'c', 'c', true, true, false, false])
    expect(blocks).toEqual(['list: a', 'turns: b', 'turns: c', 'x: on', 'x: off'])
    expect(() => some.forEachVariant('none', () => undefined)).toThrow('none has no variants')
    await Promise.all(set)
  })

  it('run a function as a visitor, and two at once apart', async () => {
    const some = features()
    await some.setDefinition('mine', { users: ['gary'] })
    const asked = ['gary', 'mary'].map((name) =>
      some.as({ user: { id: name, name } }, async () => {
        await Promise.resolve()
        return some.isEnabled('mine')
      }),
    )
    expect(await Promise.all(asked)).toEqual([true, false])
    expect(() => some.as({ usr: {} } as never, () => 1)).toThrow('there is no option usr')
  })
})
