import { memory, openFeatures, worldOf } from '../../src'
import { closeEngines, eventsDelivered, listenTo } from '../support/engine'
import { QuietSource } from '../support/quiet-source'

afterEach(closeEngines)

const gary = worldOf({ user: { id: 't2_beef', name: 'gary' } })

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
