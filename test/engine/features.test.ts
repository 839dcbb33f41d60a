import { setImmediate as turn } from 'node:timers/promises'
import { worldOf } from '../../src'
import { closeEngines, openEngine } from '../support/engine'

afterEach(closeEngines)

const gary = worldOf({ user: { id: 't2_beef', name: 'gary' } })
const wendy = worldOf({ user: { id: 't2_cafe', name: 'wendy' } })
const GARYS = 'feature_x: {users: [gary]}\n'

describe('the ambient request', () => {
  test('is an anonymous visitor outside of run', async () => {
    const { features } = await openEngine(
      'feature_out: {loggedout: true}\nfeature_in: {loggedin: true}\n',
    )
    expect([features.isEnabled('out'), features.isEnabled('in')]).toEqual([true, false])
  })

  test.each(['isEnabled', 'decide', 'allEnabled'] as const)(
    'remembers nothing of an account between two questions outside of run: %s',
    async (ask) => {
      const { features } = await openEngine(
        'feature_x: {admin: true, gold: true, users: [gary]}\n',
        { onUsage: () => undefined },
      )
      const user = { id: 't2_1', name: 'wendy', admin: true, gold: false }
      const isOn = (): boolean => {
        if (ask === 'allEnabled') return features.allEnabled({ user }).x === true
        return ask === 'decide'
          ? features.decide('x', { user }).enabled
          : features.isEnabled('x', { user })
      }
      const answers = [isOn()]
      user.admin = false
      answers.push(isOn())
      user.gold = true
      answers.push(isOn())
      Object.assign(user, { gold: false, name: 'Gary' })
      expect([...answers, isOn()]).toEqual([true, false, true, true])
    },
  )

  test('outside of run decides by the clock of each question', async () => {
    let now = Date.parse('2030-01-01')
    const text =
      'feature_x: {experiment: {status: running, end: 2030-01-02T00:00:00Z, variants: [{name: a}, {name: b}]}}\n'
    const { features } = await openEngine(text, { now: () => now })
    const before = features.decide('x', { user: { id: 't2_1' } }).variant
    now = Date.parse('2030-01-03')
    expect([typeof before, features.decide('x', { user: { id: 't2_1' } }).variant]).toEqual([
      'string',
      undefined,
    ])
  })

  test('is the World given to run, for as long as the function runs', async () => {
    const { features } = await openEngine(GARYS)
    const within = features.run(gary, () => features.isEnabled('x'))
    expect([features.isEnabled('x'), within, features.isEnabled('x')]).toEqual([false, true, false])
  })

  test('lasts across await, and belongs to its own run alone', async () => {
    const { features } = await openEngine(GARYS)
    const visit = async (world: typeof gary): Promise<boolean[]> => {
      const before = features.isEnabled('x')
      await turn()
      const between = features.isEnabled('x')
      await Promise.all([turn(), turn()])
      return [
        before,
        between,
        features.run(world, () => features.isEnabled('x')),
        features.isEnabled('x'),
      ]
    }
    const visits = await Promise.all([
      features.run(gary, () => visit(wendy)),
      features.run(wendy, () => visit(gary)),
    ])
    expect(visits).toEqual([
      [true, true, false, true],
      [false, false, true, false],
    ])
  })

  test('is handed to the function, whose result run gives back', async () => {
    const { features } = await openEngine(GARYS)
    expect(features.run(gary, (request) => [request.isEnabled('x'), 'result'])).toEqual([
      true,
      'result',
    ])
    expect(() =>
      features.run(gary, () => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
  })

  test('sees one snapshot from beginning to end, whatever is installed meanwhile', async () => {
    const { features, set } = await openEngine('feature_x: on\nfeature_y: on\n')
    await features.run(gary, async () => {
      expect(features.isEnabled('x')).toBe(true)
      await set('feature_x: off\nfeature_y: off\n')
      expect([
        features.isEnabled('x'),
        features.isEnabled('y'),
        features.decide('y').generation,
      ]).toEqual([true, true, 1])
    })
    expect([features.isEnabled('x'), features.decide('y').generation]).toEqual([false, 2])
  })

  test('of one engine is not that of another', async () => {
    const [one, other] = [await openEngine(GARYS), await openEngine(GARYS)]
    expect(
      one.features.run(gary, () => [one.features.isEnabled('x'), other.features.isEnabled('x')]),
    ).toEqual([true, false])
  })
})

describe('a request made with for', () => {
  test('pins its snapshot, also for features that it has not asked about yet', async () => {
    const { features, set } = await openEngine('feature_x: on\nfeature_y: {users: [gary]}\n')
    const request = features.for(gary)
    await set('feature_x: off\nfeature_y: off\nfeature_z: on\n')
    expect([request.isEnabled('x'), request.isEnabled('y'), request.isEnabled('z')]).toEqual([
      true,
      true,
      false,
    ])
    expect([features.for(gary).isEnabled('y'), features.for(gary).isEnabled('z')]).toEqual([
      false,
      true,
    ])
  })

  test('is not the ambient one', async () => {
    const { features } = await openEngine(GARYS)
    expect(
      features.run(wendy, () => [features.for(gary).isEnabled('x'), features.isEnabled('x')]),
    ).toEqual([true, false])
  })
})
