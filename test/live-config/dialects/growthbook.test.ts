/** A payload of GrowthBook as a live config. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, openFeatures, worldOf } from '../../../src/index'
import { checkText } from '../../../src/live-config/check'
import { closeEngines, openEngine } from '../../support/engine'

afterEach(closeEngines)

const json = (payload: unknown, options: Parameters<typeof openEngine>[1] = {}) =>
  openEngine(JSON.stringify(payload), { format: 'json', ...options })

describe('the features of a payload', () => {
  test('are asked by their ids, any id', async () => {
    const ids = [
      'dark-mode',
      'a.b',
      '__proto__',
      'constructor',
      'toString',
      '',
      '日本',
      'feature_x',
    ]
    const text = `{"status": 200, "features": {${ids.map((id, i) => `${JSON.stringify(id)}: {"defaultValue": ${i + 1}}`).join(', ')}, "none": null}, "dateUpdated": "2026-01-01"}`
    const { features, problems } = await openEngine(text, { format: 'json' })
    expect(ids.map((id) => features.decide(id).value)).toEqual(ids.map((_, i) => i + 1))
    expect(features.decide('none').error?.code).toBe('FLAG_NOT_FOUND')
    expect(features.decide('valueOf').error?.code).toBe('FLAG_NOT_FOUND')
    expect([...features.snapshot.names].sort()).toEqual([...ids].sort())
    expect(problems).toEqual([])
  })

  test('come from a file, and change with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'liveflag-payload-'))
    const path = join(folder, 'payload.json')
    writeFileSync(path, JSON.stringify({ features: { a: { defaultValue: 1 } } }))
    const features = await openFeatures({ source: file(path) })
    expect(features.decide('a').value).toBe(1)
    writeFileSync(path, JSON.stringify({ features: { a: { defaultValue: 2 } } }))
    await features.reload()
    expect(features.decide('a').value).toBe(2)
    await features.close()
    rmSync(folder, { recursive: true })
  })

  test.each([
    ['that are no mapping', { features: [1] }],
    ['that are missing', { status: 404 }],
  ])('%s do not take away those before', async (_, payload) => {
    const { features, set } = await json({ features: { a: { defaultValue: 1 } } })
    expect(await set(JSON.stringify(payload))).toBe('rejected')
    expect(features.decide('a').value).toBe(1)
  })

  test('that are none take away those before, as a process that starts with them believes them', async () => {
    const { features, set, changes } = await json({ features: { a: { defaultValue: 1 } } })
    expect(await set(JSON.stringify({ features: {} }))).toBe('installed')
    expect(features.snapshot).toMatchObject({ status: 'READY', names: [] })
    expect(changes).toMatchObject([{ removed: ['a'] }])
    const { features: started } = await json({ features: {} })
    expect(started.snapshot).toMatchObject({ status: 'READY', names: [] })
  })

  test('that are none are held where a guard limits how many may go at once', async () => {
    const { features, set } = await openEngine(
      JSON.stringify({ features: { a: { defaultValue: 1 }, b: {} } }),
      { format: 'json', guards: { maxRemoved: 0.5 } },
    )
    expect(await set(JSON.stringify({ features: {} }))).toBe('rejected')
    expect(features.decide('a').value).toBe(1)
  })

  test('have only warnings: what is odd takes nobody, and nothing is refused', () => {
    const odd = {
      rules: [
        { force: 1, condition: { a: { $near: 1 } } },
        { force: 1, condition: { $or: 5 } },
        { force: 1, parentConditions: 5 },
        { force: 1, condition: { id: { $inGroup: 'no' } } },
      ],
    }
    const { features, problems } = checkText(
      JSON.stringify({ features: { odd, text: 'x' } }, null, 1),
      { format: 'json' },
    )
    expect(features).toBe(2)
    expect(problems.map(({ severity, path, feature }) => [severity, feature, path])).toEqual([
      ['warning', 'odd', 'rules.0.condition.a.$near'],
      ['warning', 'odd', 'rules.1.condition.$or'],
      ['warning', 'odd', 'rules.2.parentConditions'],
      ['warning', 'odd', 'rules.3.condition.id.$inGroup'],
      ['warning', 'text', undefined],
    ])
    expect(problems.every(({ line }) => typeof line === 'number' && line > 1)).toBe(true)
  })
})

describe('what features share', () => {
  const payload = (staff: unknown, more: object = {}) => ({
    features: {
      named: { defaultValue: 0, rules: [{ force: 1, condition: { id: { $inGroup: 'staff' } } }] },
      other: { defaultValue: 0, rules: [{ force: 1, condition: { id: { $in: ['u1'] } } }] },
    },
    savedGroups: { staff, unnamed: ['u1'] },
    ...more,
  })
  const u1 = worldOf({ user: { id: 'u1' } })

  test('a changed group is a change of the features that name it, and of no others', async () => {
    const { features, set, changes } = await json(payload(['u1']))
    expect(features.for(u1).decide('named').value).toBe(1)
    await set(JSON.stringify(payload(['u2'])))
    expect(features.for(u1).decide('named').value).toBe(0)
    expect(changes.map(({ changed, added, removed }) => [changed, added, removed])).toEqual([
      [['named'], [], []],
    ])
  })

  test('a changed bandit is a change of the features that ask it, also by a group that it names', async () => {
    const ruled = (contextualBanditRef: string) => ({
      defaultValue: 0,
      rules: [{ contextualVariations: [1, 2], contextualBanditRef }],
    })
    const bandits = (weights: number[], staff: string[]) =>
      JSON.stringify({
        features: { a: ruled('one'), b: ruled('two'), plain: { defaultValue: 1 } },
        contextualBandits: {
          one: { contexts: [{ leafId: 1, weights }] },
          two: {
            contexts: [{ leafId: 1, condition: { id: { $inGroup: 'staff' } }, weights: [1, 0] }],
          },
        },
        savedGroups: { staff },
      })
    const { set, changes } = await openEngine(bandits([1, 0], ['u1']), { format: 'json' })
    await set(bandits([0, 1], ['u1']))
    await set(bandits([0, 1], ['u2']))
    await set(`\n${bandits([0, 1], ['u2'])}`)
    expect(changes.map(({ changed }) => changed)).toEqual([['a'], ['b']])
  })

  test('a content replaces all of it: groups that are gone are gone', async () => {
    const { features, set } = await json(payload(['u1']))
    await set(JSON.stringify(payload(['u1'], { savedGroups: undefined })))
    expect(features.for(u1).decide('named').value).toBe(0)
  })

  test('a request keeps the groups that it began with', async () => {
    const { features, set } = await json(payload(['u1']))
    const request = features.for(u1)
    await set(JSON.stringify(payload([])))
    expect(request.decide('named').value).toBe(1)
  })

  test('entries in YAML share groups too, with features of another dialect beside them', async () => {
    const { features, problems } = await openEngine(
      'savedGroups: {staff: [u1]}\nfeature_a: {default: 0, rules: [{force: 1, condition: {id: {$inGroup: staff}}}]}\nfeature_b: {gold: true}\n',
    )
    expect(features.for(u1).decide('a').value).toBe(1)
    expect(problems).toEqual([])
  })

  test.each([10, 100_000])(
    'a question of a group of %i members looks once, and walks no list',
    async (size) => {
      const { features } = await json(payload(Array.from({ length: size }, (_, i) => `u${i + 10}`)))
      features.for(u1).decide('named')
      const has = jest.spyOn(Set.prototype, 'has')
      const includes = jest.spyOn(Array.prototype, 'includes')
      expect(features.for(worldOf({ user: { id: 'u15' } })).decide('named').value).toBe(1)
      const asked = has.mock.calls.filter(([value]) => value === 'u15').length
      const walked = includes.mock.calls.length
      jest.restoreAllMocks()
      expect([asked, walked]).toEqual([1, 0])
    },
  )
})

test('the walk of a payload feature has its reasons', async () => {
  const { features } = await json({
    features: {
      a: {
        defaultValue: 'x',
        rules: [
          { force: 'y', condition: { c: 1 } },
          { force: 'z', coverage: 0.5 },
        ],
      },
    },
  })
  expect(features.for(worldOf({ attributes: { c: 1 } })).decide('a')).toMatchObject({
    reason: 'TARGETING_MATCH',
    selector: 'rules[0]',
    enabled: true,
  })
  expect(features.for(worldOf({ attributes: { id: '8' } })).decide('a')).toMatchObject({
    rule: { ruleId: '' },
  })
  expect(features.for(worldOf()).decide('a')).toMatchObject({ reason: 'DEFAULT', value: 'x' })
})
