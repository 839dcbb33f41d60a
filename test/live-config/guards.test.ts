import type { Guards } from '../../src/index'
import { closeEngines, type Engine, openEngine } from '../support/engine'

afterEach(closeEngines)

const TEN = Array.from({ length: 10 }, (_, n) => `feature_${n}: on\n`)
const firstOf = (count: number): string => TEN.slice(0, count).join('') || '{}\n'
const guarded = (text: string, guards: Partial<Guards> = {}): Promise<Engine> =>
  openEngine(text, { guards })

describe('a content without any feature', () => {
  test.each(['{}', '# nothing\nnote: mine\n', '{"a": 1}', 'feature: on\n'])(
    '%j is held while a feature is in force',
    async (text) => {
      const { features, set, told } = await guarded('feature_x: on\nfeature_y: on\n')
      expect(await set(text)).toBe('rejected')
      expect(features.snapshot).toMatchObject({
        status: 'STALE',
        generation: 1,
        names: ['x', 'y'],
        problems: [
          {
            code: 'would-remove-all',
            severity: 'error',
            message:
              'the content has no feature and would remove all 2; add one, or allow it with guards.allowEmpty',
          },
        ],
      })
      expect(told).toEqual(['ready 1', 'problem would-remove-all', 'stale would-remove-all'])
    },
  )

  test.each([
    ['{feature_x:on, feature_y:off}', 'yaml'],
    ['{"feature_x:on": null, "feature_y:off": null}', 'json'],
    ['[live_config]\nfeature_z = {\n', 'ini'],
    ['feature_other: {gold: 5}\n', 'yaml'],
    ['feature_: on\n', 'yaml'],
  ] as const)('is one whose entries are all refused: %j', async (text, format) => {
    const good = {
      yaml: 'feature_x: on\n',
      json: '{"feature_x": "on"}',
      ini: '[live_config]\nfeature_x = on\n',
    }
    const { features, set, told } = await openEngine(good[format], { format })
    expect(await set(text)).toBe('rejected')
    expect([features.isEnabled('x'), features.snapshot.status]).toEqual([true, 'STALE'])
    expect(told.some((event) => event.startsWith('change'))).toBe(false)
  })

  test('says what is wrong with its first entry', async () => {
    const { features, set } = await guarded('feature_x: on\n')
    await set('feature_y: {gold: 5}\n')
    expect(features.snapshot.problems).toMatchObject([
      {
        code: 'would-remove-all',
        message: expect.stringMatching(/no usable feature.*feature_y on line 1: gold is/) as string,
      },
    ])
  })

  test('is taken with allowEmpty', async () => {
    const { features, set, changes } = await guarded('feature_x: on\nfeature_y: on\n', {
      allowEmpty: true,
    })
    expect(await set('{}')).toBe('installed')
    expect([features.snapshot.status, changes]).toEqual([
      'READY',
      [expect.objectContaining({ removed: ['x', 'y'], added: [], changed: [] })],
    ])
  })

  test('is taken where there is nothing to lose', async () => {
    const { set, told } = await guarded('{}')
    expect(await set('{"note": 1}')).toBe('installed')
    expect(told).toEqual(['ready 1', 'problem unknown-key'])
  })

  test('is taken when all there was had been refused', async () => {
    const { features, set } = await guarded('feature_x: {gold: 5}\n')
    expect([await set('{}'), features.snapshot.problems]).toEqual(['installed', []])
  })

  test.each(['', ' ', '\n\n', '\t \r\n', '# nothing but a note\n', '---\n'])(
    '%j is empty, and never taken, not even with allowEmpty',
    async (text) => {
      const { features, set } = await guarded('feature_x: on\n', { allowEmpty: true })
      expect([await set(text), features.isEnabled('x'), features.snapshot.status]).toEqual([
        'rejected',
        true,
        'STALE',
      ])
    },
  )
})

describe('maxRemoved', () => {
  test.each([
    [1, 0, 'installed'],
    [0.5, 5, 'installed'],
    [0.5, 4, 'rejected'],
    [0.2, 8, 'installed'],
    [0.2, 7, 'rejected'],
    [0, 10, 'installed'],
    [0, 9, 'rejected'],
  ] as const)('of %d leaves %i of 10 features: %s', async (maxRemoved, left, outcome) => {
    const { set } = await guarded(firstOf(10), { maxRemoved, allowEmpty: true })
    expect(await set(`note: another\n${firstOf(left).replace('{}\n', '')}`)).toBe(outcome)
  })

  test('says how many it would have been, and leaves everything as it is', async () => {
    const { features, set } = await guarded(firstOf(10), { maxRemoved: 0.25 })
    await set(firstOf(7))
    expect(features.snapshot.problems).toMatchObject([
      {
        code: 'would-remove-many',
        message:
          'the content would remove 3 of 10 features, more than the 25 % that guards.maxRemoved allows; remove them in steps',
      },
    ])
    expect(features.snapshot.names).toHaveLength(10)
  })

  test('lets them go in steps', async () => {
    const { features, set } = await guarded(firstOf(10), { maxRemoved: 0.2 })
    for (const left of [8, 7, 6]) expect(await set(firstOf(left))).toBe('installed')
    expect(features.snapshot.names).toHaveLength(6)
  })

  test('does not count what comes, what changes and what is held back', async () => {
    const { set } = await guarded(firstOf(10), { maxRemoved: 0 })
    expect(await set(firstOf(10).replaceAll('on', 'off') + 'feature_new: on\n')).toBe('installed')
    expect(await set(firstOf(10).replace('on', '{gold: 5}') + 'feature_new: on\n')).toBe(
      'installed',
    )
  })

  test('is no hindrance when a content is mended', async () => {
    const { features, set } = await guarded(firstOf(10), { maxRemoved: 0.1 })
    await set(firstOf(2))
    expect([await set(firstOf(10)), features.snapshot.status, features.snapshot.problems]).toEqual([
      'installed',
      'READY',
      [],
    ])
  })
})

describe('endMarker', () => {
  const guards = { endMarker: '# end' }

  test.each([
    ['feature_x: off\n# end', 'installed'],
    ['feature_x: off\n# end\n', 'installed'],
    ['feature_x: off\r\n# end\r\n\r\n', 'installed'],
    ['feature_x: off\n  # end  \n', 'installed'],
    ['feature_x: off\n', 'rejected'],
    ['feature_x: off\n# en', 'rejected'],
    ['# end\nfeature_x: off\n', 'rejected'],
    ['feature_x: off # end\n', 'rejected'],
    ['feature_x: off\n# end of it\n', 'rejected'],
  ])('%j is %s', async (text, outcome) => {
    const { set } = await guarded('feature_x: on\n# end\n', guards)
    expect(await set(text)).toBe(outcome)
  })

  test('that is missing is reported with the line it should stand after, and nothing is taken', async () => {
    const { features, set } = await guarded('feature_x: on\n# end\n', guards)
    await set('feature_x: off\nfeature_y: on')
    expect(features.snapshot).toMatchObject({
      status: 'STALE',
      names: ['x'],
      problems: [{ code: 'no-end-marker', severity: 'error', line: 2, column: 1 }],
    })
    expect(features.isEnabled('x')).toBe(true)
  })

  test('may be the end of a YAML document', async () => {
    const { set } = await guarded('feature_x: on\n...\n', { endMarker: '...' })
    expect([await set('feature_x: off\n'), await set('feature_x: off\n...\n')]).toEqual([
      'rejected',
      'installed',
    ])
  })

  test('is asked for at the start too', async () => {
    await expect(guarded('feature_x: on\n', guards)).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
      message: expect.stringContaining('is not the end mark "# end"') as string,
    })
  })
})
