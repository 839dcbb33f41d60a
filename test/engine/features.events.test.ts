import { LiveflagError, memory, openFeatures, worldOf } from '../../src'
import { closeEngines, eventsDelivered, listenTo, openEngine } from '../support/engine'
import { QuietSource } from '../support/quiet-source'

afterEach(closeEngines)

const gary = worldOf({ user: { id: 't2_beef', name: 'gary' } })
const GARYS = 'feature_x: {users: [gary]}\n'

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
