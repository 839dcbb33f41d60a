import { openFeatures } from '../../src/index'
import { closeEngines, eventsDelivered, listenTo, openEngine } from '../support/engine'
import { QuietSource } from '../support/quiet-source'

afterEach(closeEngines)

describe('generations', () => {
  test('count every content that differs from the one before, whatever becomes of it', async () => {
    const { features, set } = await openEngine('feature_x: on\n')
    const inForce: unknown[] = []
    const contents = [
      'feature_x: on\n',
      'feature_x: off\n',
      'feature_x: [\n',
      'feature_x: [\n',
      'feature_x: {gold: 5}\n',
      'feature_x: [\n',
      'feature_x: off\n',
    ]
    for (const content of contents) inForce.push([await set(content), features.snapshot.generation])
    expect(inForce).toEqual([
      ['unchanged', 1],
      ['installed', 2],
      ['rejected', 2],
      ['unchanged', 2],
      ['installed', 4],
      ['rejected', 4],
      ['installed', 6],
    ])
  })

  test('are those of the content, not of the features: each Decision has that of the snapshot', async () => {
    const { features, set } = await openEngine('feature_x: on\nfeature_y: {gold: true}\n')
    await set('feature_x: on\nfeature_y: {gold: true}\nfeature_z: on\n')
    expect(['x', 'y', 'z', 'nobody'].map((name) => features.decide(name).generation)).toEqual([
      2, 2, 2, 2,
    ])
  })

  test('begin before there is anything in force', async () => {
    const source = new QuietSource('')
    const opening = openFeatures({ source, waitForFile: true })
    await eventsDelivered()
    await source.tell('[')
    await source.tell('feature_x: on\n')
    const features = await opening
    expect(features.snapshot.generation).toBe(3)
    await features.close()
  })
})

describe('a content that cannot be taken as a whole', () => {
  test.each([
    'feature_x: [\n',
    '- a\n',
    '',
    '  \n',
    '5\n',
    'feature_x: on\n---\nfeature_x: off\n',
    '\0',
  ])('%j leaves everything as it was', async (content) => {
    const { features, set, told } = await openEngine('feature_x: on\nfeature_y: {gold: true}\n')
    const before = features.snapshot
    expect(await set(content)).toBe('rejected')
    expect(features.snapshot).toMatchObject({
      status: 'STALE',
      generation: before.generation,
      hash: before.hash,
      names: ['x', 'y'],
      loadedAt: before.loadedAt,
    })
    expect(told.map((event) => event.split(' ')[0])).toEqual(['ready', 'problem', 'stale'])
    expect(features.isEnabled('x')).toBe(true)
  })

  test('is reported once, and its end once', async () => {
    const { set, told } = await openEngine('feature_x: on\n')
    for (const content of [
      'feature_x: [\n',
      'feature_x: [ \n',
      '- a\n',
      'feature_x: on\n',
      'feature_x: off\n',
    ])
      await set(content)
    expect(told).toEqual([
      'ready 1',
      'problem syntax',
      'stale syntax',
      'problem not-an-object',
      'ready 5',
      'change 6',
    ])
  })

  test('is over when the old content comes back, which is no change', async () => {
    const { features, set, told } = await openEngine('feature_x: on\n')
    await set('feature_x: [\n')
    await set('feature_x: on\n')
    expect(told).toEqual(['ready 1', 'problem syntax', 'stale syntax', 'ready 3'])
    expect(features.snapshot).toMatchObject({ status: 'READY', problems: [] })
  })
})

describe('a content whose writer is still busy', () => {
  const opened = async (text: string) => {
    const source = new QuietSource(text)
    const features = await openFeatures({ source })
    const heard = listenTo(features)
    await eventsDelivered()
    return { source, features, ...heard }
  }

  test.each([
    ['takes a feature away', 'feature_x: on\n'],
    ['has a bad entry', 'feature_x: on\nfeature_y: {gold: 5}\n'],
    ['cannot be read', 'feature_x: [\n'],
    ['is empty', ''],
    ['has no feature', '{}'],
  ])('is passed over in silence when it %s', async (_, content) => {
    const { source, features, told } = await opened('feature_x: on\nfeature_y: on\n')
    const before = features.snapshot
    expect(await source.tell(content, false)).toBe('passed-over')
    expect([
      features.snapshot.generation,
      features.snapshot.problems,
      features.snapshot.status,
      told,
    ]).toEqual([before.generation, [], 'READY', ['ready 1']])
    await features.close()
  })

  test('is taken when it is good and takes nothing away', async () => {
    const { source, features } = await opened('feature_x: on\nfeature_y: on\n')
    expect(await source.tell('feature_x: off\nfeature_y: on\nfeature_z: on\n', false)).toBe(
      'installed',
    )
    expect([
      features.isEnabled('x'),
      features.isEnabled('z'),
      features.snapshot.generation,
    ]).toEqual([false, true, 2])
    await features.close()
  })

  test('is judged for what it is once the writer has finished, with the next generation', async () => {
    const { source, features } = await opened('feature_x: on\nfeature_y: on\n')
    await source.tell('feature_x: on\n', false)
    expect([
      await source.tell('feature_x: on\n', true),
      features.snapshot.names,
      features.snapshot.generation,
    ]).toEqual(['installed', ['x'], 2])
    await features.close()
  })

  test('is passed over also when what is bad in it was bad before', async () => {
    const { source, features } = await opened('feature_x: {gold: 5}\n')
    expect(await source.tell('feature_x: {gold: 6}\nfeature_y: on\n', false)).toBe('passed-over')
    await features.close()
  })
})
