import { setImmediate as turn } from 'node:timers/promises'
import { LiveflagError, memory, openFeatures, worldOf } from '../../src'
import { closeEngines, eventsDelivered, listenTo, openEngine } from '../support/engine'
import { QuietSource } from '../support/quiet-source'

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

describe('events', () => {
  test('the first ready reaches a listener that is added right after opening', async () => {
    const features = await openFeatures({
      source: memory('feature_x: {percent_loggedin: 500}\nfeature_y: on\n'),
    })
    const { told } = listenTo(features)
    expect(told).toEqual([])
    await eventsDelivered()
    expect(told).toEqual(['problem out-of-range', 'ready 1'])
    await features.close()
  })

  test('what changes between opening and the first delivery is reported after it, in order', async () => {
    const source = memory('feature_x: on\n')
    const features = await openFeatures({ source })
    const { told } = listenTo(features)
    await source.set('feature_x: off\n')
    await eventsDelivered()
    expect(told).toEqual(['ready 1', 'change 2'])
    await features.close()
  })

  test('of every kind come in the order in which things happen, after the snapshot is swapped', async () => {
    const { features, set, told } = await openEngine('feature_x: on\n')
    const seen: unknown[] = []
    features.on('change', ({ generation }) =>
      seen.push([generation, features.snapshot.generation, features.isEnabled('x')]),
    )
    await set('feature_x: off\n')
    await set('feature_x: [\n')
    await set('feature_x: on\nfeature_y: {gold: 5}\n')
    await set('feature_x: on\n')
    expect(told).toEqual([
      'ready 1',
      'change 2',
      'problem syntax',
      'stale syntax',
      'change 4',
      'problem bad-type',
      'ready 4',
    ])
    expect(seen).toEqual([
      [2, 2, false],
      [4, 4, true],
    ])
  })

  test('a problem that is mended is reported as solved', async () => {
    const { features, set } = await openEngine('feature_x: on\n')
    const solved: string[] = []
    features.on('solved', ({ code, feature }) => solved.push(`${code} ${feature ?? ''}`))
    await set('feature_x: {gold: 5}\n')
    expect(solved).toEqual([])
    await set('feature_x: {gold: true}\n')
    expect(solved).toEqual(['bad-type x'])
  })

  test('a listener that throws harms no other, and is reported about as a problem, once for each message', async () => {
    const { features, set, told, problems } = await openEngine('feature_x: on\n')
    features.on('change', () => {
      throw new Error('boom')
    })
    const heard: number[] = []
    features.on('change', ({ generation }) => heard.push(generation))
    await set('feature_x: off\n')
    await set('feature_x: on\n')
    expect(heard).toEqual([2, 3])
    expect(told).toEqual(['ready 1', 'change 2', 'problem listener-threw', 'change 3'])
    expect(problems).toMatchObject([
      { code: 'listener-threw', message: "a listener of 'change' threw: boom; it must not throw" },
    ])
  })

  test('a listener of problems that throws ends in no circle', async () => {
    const { features, set } = await openEngine('feature_x: on\n')
    let calls = 0
    features.on('problem', () => {
      throw new Error(`boom ${++calls}`)
    })
    await set('feature_x: {gold: 5}\n')
    expect(calls).toBeLessThanOrEqual(101)
    expect(features.isEnabled('x')).toBe(true)
  })

  test('a listener can be taken off again', async () => {
    const { features, set } = await openEngine('feature_x: on\n')
    const heard: number[] = []
    const listener = ({ generation }: { readonly generation: number }): void =>
      void heard.push(generation)
    expect(features.on('change', listener)).toBe(features)
    await set('feature_x: off\n')
    expect(features.off('change', listener)).toBe(features)
    await set('feature_x: on\n')
    expect(heard).toEqual([2])
  })

  test('of a kind that there is not cannot be listened to, and the error says so', async () => {
    const { features } = await openEngine('feature_x: on\n')
    expect(() => features.on('changed' as 'change', () => undefined)).toThrow(LiveflagError)
  })

  test('a listener that fails later, being async, is reported about too, so that nothing is left unhandled', async () => {
    const { features, set, problems } = await openEngine('feature_x: on\n')
    const later = Promise.reject(new Error('later'))
    later.catch(() => undefined)
    features.on('change', () => later)
    await set('feature_x: off\n')
    await eventsDelivered()
    expect(problems.map(({ code }) => code)).toEqual(['listener-threw'])
  })
})

describe('close', () => {
  test('can be called twice, and the last snapshot goes on answering', async () => {
    const { features } = await openEngine(GARYS)
    await Promise.all([features.close(), features.close()])
    await features.close()
    expect([
      features.for(gary).isEnabled('x'),
      features.run(gary, () => features.isEnabled('x')),
    ]).toEqual([true, true])
    expect(features.snapshot.status).toBe('CLOSED')
  })

  test('ends events and changes', async () => {
    const { features, set, told } = await openEngine('feature_x: on\n')
    await features.close()
    expect(await set('feature_x: off\n')).toBeUndefined()
    await eventsDelivered()
    expect([told, features.isEnabled('x')]).toEqual([['ready 1'], true])
  })

  test('right after opening emits nothing any more', async () => {
    const features = await openFeatures({ source: memory('feature_x: on\n') })
    const { told } = listenTo(features)
    await features.close()
    await eventsDelivered()
    expect(told).toEqual([])
  })

  test('leaves a source that can be opened again', async () => {
    const source = memory('feature_x: on\n')
    await (await openFeatures({ source })).close()
    const again = await openFeatures({ source })
    expect([again.isEnabled('x'), again.snapshot.generation]).toEqual([true, 1])
    await again.close()
  })

  test('while a content is being judged leaves the features closed', async () => {
    const { features, set } = await openEngine('feature_x: on\n')
    const judged = set('feature_x: off\n')
    await features.close()
    await judged
    expect([features.snapshot.status, features.isEnabled('x')]).toEqual(['CLOSED', true])
  })

  test('makes reload an error, since nothing is looked at any more', async () => {
    const { features } = await openEngine('feature_x: on\n')
    await features.close()
    await expect(features.reload()).rejects.toMatchObject({ code: 'LIVEFLAG_CLOSED' })
  })
})

describe('reload', () => {
  test('looks at every source now, and gives what is then in force', async () => {
    const [one, other] = [
      new QuietSource('feature_x: on\n'),
      new QuietSource('feature_y: on\n', 'other'),
    ]
    const features = await openFeatures({ source: [one, other] })
    one.text = 'feature_x: off\n'
    const info = await features.reload()
    expect([
      features.isEnabled('x'),
      info.generation,
      info.status,
      one.checks,
      other.checks,
    ]).toEqual([false, 3, 'READY', 1, 1])
    await features.close()
  })

  test('of the same text changes nothing', async () => {
    const { features, told } = await openEngine('feature_x: on\n', { now: () => 1000 })
    const before = features.snapshot
    expect(await features.reload()).toEqual(before)
    expect(told).toEqual(['ready 1'])
  })
})

describe('several sources', () => {
  const two = async (first: string, second: string) => {
    const sources = [memory(first, { name: 'first' }), memory(second, { name: 'second' })] as const
    const features = await openFeatures({ source: sources })
    const heard = listenTo(features)
    await eventsDelivered()
    return { features, first: sources[0], second: sources[1], ...heard }
  }

  test('are one snapshot, the later one having the say with its whole entry', async () => {
    const { features, told } = await two(
      'feature_a: {gold: true}\nfeature_b: on\n',
      'feature_a: {users: [gary]}\nfeature_c: on\n',
    )
    expect(features.snapshot.names).toEqual(['a', 'b', 'c'])
    const gold = worldOf({ user: { id: 't2_1', name: 'spez', gold: true } })
    expect([
      features.for(gold).isEnabled('a'),
      features.for(gary).isEnabled('a'),
      features.isEnabled('b'),
      features.isEnabled('c'),
    ]).toEqual([false, true, true, true])
    expect(told).toEqual(['ready 2'])
    await features.close()
  })

  test('that change together are one change', async () => {
    const { features, first, second, changes } = await two('feature_a: on\n', 'feature_b: on\n')
    await Promise.all([
      first.set('feature_a: off\n'),
      second.set('feature_b: off\nfeature_c: on\n'),
    ])
    expect(changes).toMatchObject([
      { previousGeneration: 2, generation: 4, changed: ['a', 'b'], added: ['c'], removed: [] },
    ])
    await features.close()
  })

  test('of which one fails keep its last good part, and take the changes of the others', async () => {
    const { features, first, second, told } = await two('feature_a: on\n', 'feature_b: on\n')
    await first.set('feature_a: [\n')
    await second.set('feature_b: off\n')
    expect([features.isEnabled('a'), features.isEnabled('b'), features.snapshot.status]).toEqual([
      true,
      false,
      'STALE',
    ])
    await first.set('feature_a: off\n')
    expect([features.isEnabled('a'), features.snapshot.status]).toEqual([false, 'READY'])
    expect(told).toEqual([
      'ready 2',
      'problem syntax',
      'stale syntax',
      'change 4',
      'change 5',
      'ready 5',
    ])
    await features.close()
  })

  test('show a feature again that a later one has given up, as a change', async () => {
    const { features, second, changes } = await two(
      'feature_a: on\n',
      'feature_a: off\nfeature_b: on\n',
    )
    await second.set('feature_b: on\n')
    expect(features.isEnabled('a')).toBe(true)
    expect(changes).toMatchObject([{ added: [], changed: ['a'], removed: [] }])
    await features.close()
  })

  test('say whose text a problem is in', async () => {
    const { features, problems } = await two('feature_a: on\n', 'feature_b: {gold: 5}\n')
    expect(problems).toMatchObject([{ source: 'second', feature: 'b', line: 1 }])
    await features.close()
  })

  test("of which a later one never had a good entry show the earlier one's, and say where that stands", async () => {
    const { features } = await two(
      '# a comment\n\nfeature_a:\n  gold: true\n',
      'feature_a: {gold: 5}\n',
    )
    const gold = worldOf({ user: { id: 't2_1', gold: true } })
    expect(features.for(gold).isEnabled('a')).toBe(true)
    expect(features.for(gold).explain('a')).toMatchObject({
      source: 'first',
      position: { line: 3, column: 1 },
      decidedAt: { line: 4, column: 3 },
    })
    await features.close()
  })

  test('of which an earlier one is refused have nothing rejected that a later one gives', async () => {
    const { features } = await two('feature_a: {gold: 5}\n', 'feature_a: on\n')
    expect([features.isEnabled('a'), features.snapshot.names, features.snapshot.rejected]).toEqual([
      true,
      ['a'],
      [],
    ])
    await features.close()
  })

  test('that do not change make what one of them said no news', async () => {
    const { features, first, told } = await two('feature_a: on\n', 'feature_a: off\n')
    await first.set('feature_a: {gold: true}\n')
    expect([told, features.isEnabled('a')]).toEqual([['ready 2'], false])
    await features.close()
  })

  test('report that they are ready again when the new content is in force, and not before', async () => {
    const { features, first, second } = await two('feature_a: on\n', 'feature_b: on\n')
    await first.set('feature_a: [\n')
    const seen: unknown[] = []
    features.on('ready', ({ generation }) => seen.push([generation, features.isEnabled('a')]))
    const judged = first.set('feature_a: off\n')
    await eventsDelivered()
    await second.check()
    await judged
    await features.close()
    expect(seen).toEqual([[4, false]])
  })
})

describe("a source of one's own", () => {
  const opened = async (text: string) => {
    const source = new QuietSource(text)
    const features = await openFeatures({ source })
    const heard = listenTo(features)
    await eventsDelivered()
    return { source, features, ...heard }
  }

  test('is reported what became of each content', async () => {
    const { source, features } = await opened('feature_x: on\n')
    const outcomes = [
      await source.tell(),
      await source.tell('feature_x: off\n'),
      await source.tell('['),
      await source.tell('['),
      await source.tell('feature_x: {gold: 5}\n'),
    ]
    expect(outcomes).toEqual(['unchanged', 'installed', 'rejected', 'rejected', 'installed'])
    await features.close()
  })

  test('may report contents faster than they are installed: each counts, and the last is in force once all are judged', async () => {
    const { source, features, changes } = await opened('feature_x: on\n')
    const outcomes = await Promise.all([
      source.tell('feature_x: off\n'),
      source.tell('feature_x: on\n'),
      source.tell('feature_x: {gold: true}\n'),
    ])
    expect([outcomes, features.snapshot.generation, features.decide('x').reason]).toEqual([
      ['installed', 'installed', 'installed'],
      4,
      'DEFAULT',
    ])
    expect(changes.at(-1)).toMatchObject({ generation: 4, changed: ['x'] })
    await features.close()
  })

  test('whose newest content is refused while one before it is being judged has that one in force, with its own generation', async () => {
    const { source, features, changes } = await opened('feature_x: on\n')
    await Promise.all([source.tell('feature_x: off\n'), source.tell('[')])
    expect([
      features.snapshot.generation,
      changes.map(({ generation }) => generation),
      features.snapshot.problems.map(({ generation }) => generation),
    ]).toEqual([2, [2], [3]])
  })

  test('that fails makes the features stale, and ready again when it is confirmed', async () => {
    const { source, features, told } = await opened('feature_x: on\n')
    source.sink?.failed({ code: 'missing', severity: 'error', message: 'gone' })
    source.sink?.failed({ code: 'missing', severity: 'error', message: 'gone' })
    expect([features.snapshot.status, features.isEnabled('x')]).toEqual(['STALE', true])
    source.sink?.confirmed()
    expect(features.snapshot.status).toBe('READY')
    expect(told).toEqual(['ready 1', 'problem missing', 'stale missing', 'ready 1'])
    await features.close()
  })

  test('that warns of its watch stays ready', async () => {
    const { source, features } = await opened('feature_x: on\n')
    source.sink?.warn({ code: 'watch-limit', severity: 'warning', message: 'too many' })
    expect([features.snapshot.status, features.snapshot.problems.map(({ code }) => code)]).toEqual([
      'READY',
      ['watch-limit'],
    ])
    source.sink?.unwarn('watch-limit')
    expect(features.snapshot.problems).toEqual([])
    await features.close()
  })

  test('that fails after it gave a content, which is still being judged, has failed', async () => {
    const { source, features } = await opened('feature_x: on\n')
    const judged = source.tell('feature_x: off\n')
    source.sink?.failed({ code: 'missing', severity: 'error', message: 'gone' })
    await judged
    const { status } = features.snapshot
    await features.close()
    expect(status).toBe('STALE')
  })

  test('whose opening fails makes opening the features fail, and is closed', async () => {
    const source = new QuietSource('feature_x: on\n')
    source.open = () => Promise.reject(new Error('no such bucket'))
    let closed = 0
    source.close = () => Promise.resolve(void closed++)
    await expect(openFeatures({ source })).rejects.toThrow('no such bucket')
    expect(closed).toBe(1)
  })
})
