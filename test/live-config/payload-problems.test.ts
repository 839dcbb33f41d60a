/**
 * Features of payloads are compiled before their snapshot is installed, so that their problems come
 * with the load.
 */
import { checkText } from '../../src/index'
import { closeEngines, type Engine, openEngine } from '../support/engine'

afterEach(closeEngines)
afterEach(() => jest.restoreAllMocks())

/** Every reading of the clock finds that a slice is over. */
function hurried(): void {
  let now = 0
  jest.spyOn(performance, 'now').mockImplementation(() => (now += 10))
}

const good = { defaultValue: 1, rules: [{ condition: { country: 'NZ' }, force: 2 }] }
const odd = { defaultValue: 1, rules: [{ condition: { x: { $regex: '(' } }, force: 2 }] }
const payload = (features: Record<string, unknown>, more: object = {}): string =>
  JSON.stringify({ features, ...more })
const many = (count: number): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`good${i}`, good]))

const open = (text: string): Promise<Engine> => openEngine(text, { format: 'json' })
const told = ({ problems }: Engine): unknown[] =>
  problems.map(({ feature, code, severity }) => [feature, code, severity])

test('what is odd is reported, although nobody asks, as a check of the file reports it', async () => {
  const text = payload({ a: good, b: odd, c: good, d: odd })
  const engine = await open(text)
  expect(told(engine)).toEqual([
    ['b', 'bad-type', 'warning'],
    ['d', 'bad-type', 'warning'],
  ])
  const plain = ({ feature, code, line, column, path, message }: Engine['problems'][number]) => ({
    feature,
    code,
    line,
    column,
    path,
    message,
  })
  expect(engine.features.snapshot.problems.map(plain)).toEqual(
    checkText(text, { format: 'json' }).problems.map(plain),
  )
  expect([engine.features.snapshot.status, engine.features.decide('b').value]).toEqual(['READY', 1])
})

test('others have their turn all along, when each feature takes long', async () => {
  const engine = await open(payload({ a: good }))
  hurried()
  let turns = 0
  let turn = setImmediate(function next() {
    turns++
    turn = setImmediate(next)
  })
  await engine.set(payload({ ...many(50), last: odd }))
  clearImmediate(turn)
  expect(turns).toBeGreaterThan(20)
  expect(told(engine)).toEqual([['last', 'bad-type', 'warning']])
})

test('a new content takes the place of the one before', async () => {
  const engine = await open(payload({ ...many(50) }))
  expect(engine.problems).toEqual([])
  await engine.set(payload({ ...many(50), another: odd }))
  expect(told(engine)).toEqual([['another', 'bad-type', 'warning']])
})

test('after closing nothing is reported', async () => {
  const engine = await open(payload({ ...many(50) }))
  hurried()
  const judged = engine.set(payload({ ...many(50), last: odd }))
  await engine.features.close()
  await judged
  expect([engine.problems, engine.features.snapshot.problems]).toEqual([[], []])
})

describe('over the next contents', () => {
  const solved = (engine: Engine): string[] => {
    const names: string[] = []
    engine.features.on('solved', ({ feature = '' }) => names.push(feature))
    return names
  }

  test('what stays odd is reported once, with its place of now', async () => {
    const engine = await open(payload({ b: odd, a: good }))
    const fixed = solved(engine)
    for (const text of [
      payload({ b: odd, a: odd }),
      `\n\n${payload({ b: odd, a: odd })}`,
      payload({ b: odd, a: odd, c: good }),
    ]) {
      await engine.set(text)
    }
    expect([told(engine), fixed]).toEqual([
      [
        ['b', 'bad-type', 'warning'],
        ['a', 'bad-type', 'warning'],
      ],
      [],
    ])
    await engine.set(`\n\n\n${payload({ b: odd, a: odd })}`)
    expect(engine.features.snapshot.problems).toMatchObject([
      { feature: 'b', line: 4 },
      { feature: 'a', line: 4 },
    ])
  })

  test('what is fixed is reported as solved', async () => {
    const engine = await open(payload({ b: odd, a: good }))
    const fixed = solved(engine)
    await engine.set(payload({ b: good, a: good }))
    expect([fixed, engine.features.snapshot.problems]).toEqual([['b'], []])
  })

  test('a saved group that went makes what names it odd', async () => {
    const naming = { defaultValue: 0, rules: [{ condition: { id: { $inGroup: 'g' } }, force: 1 }] }
    const engine = await open(payload({ a: naming }, { savedGroups: { g: ['u1'] } }))
    expect(engine.problems).toEqual([])
    await engine.set(payload({ a: naming }))
    expect(told(engine)).toEqual([['a', 'unknown-key', 'warning']])
  })

  test('a content that is refused leaves what was found', async () => {
    const engine = await open(payload({ b: odd }))
    await engine.set('{')
    expect(engine.features.snapshot.problems.map(({ code }) => code)).toEqual([
      'syntax',
      'bad-type',
    ])
  })
})

test('finding something is no change, and leaves the status as it is', async () => {
  const engine = await open(payload({ a: odd }))
  await engine.set(payload({ a: odd, b: odd }))
  expect(engine.told).toEqual(['problem bad-type', 'ready 1', 'change 2', 'problem bad-type'])
})
