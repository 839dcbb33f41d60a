/** Features of payloads are accepted without a look, and looked at behind the requests. */
import { Background } from '../../src/live-config/background'
import { checkText, memory, openFeatures } from '../../src/index'
import { closeEngines, type Engine, openEngine } from '../support/engine'

afterEach(closeEngines)
afterEach(() => jest.restoreAllMocks())

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** More turns than any work of these tests has slices. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 300; turn++) await nextTurn()
}

/** Every look at the clock finds that a slice is over. */
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

test('what is odd is told, although nobody asks, as a check of the file tells it', async () => {
  const text = payload({ a: good, b: odd, c: good, d: odd })
  const engine = await open(text)
  await settled()
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
  await settled()
  hurried()
  await engine.set(payload({ ...many(50), last: odd }))
  let turns = 0
  for (; engine.problems.length === 0 && turns < 300; turns++) await nextTurn()
  expect(turns).toBeGreaterThan(20)
  expect(told(engine)).toEqual([['last', 'bad-type', 'warning']])
})

test('a new content ends the look at the one before', async () => {
  hurried()
  const engine = await open(payload({ ...many(50), last: odd }))
  expect(engine.problems).toEqual([])
  await engine.set(payload({ ...many(50), another: odd }))
  await settled()
  expect(told(engine)).toEqual([['another', 'bad-type', 'warning']])
})

test('so does closing', async () => {
  hurried()
  const engine = await open(payload({ ...many(50), last: odd }))
  await engine.features.close()
  await settled()
  expect([engine.problems, engine.features.snapshot.problems]).toEqual([[], []])
})

describe('over the next contents', () => {
  const solved = (engine: Engine): string[] => {
    const names: string[] = []
    engine.features.on('solved', ({ feature = '' }) => names.push(feature))
    return names
  }

  test('what stays odd is told once, with its place of now', async () => {
    const engine = await open(payload({ b: odd, a: good }))
    await settled()
    const mended = solved(engine)
    for (const text of [
      payload({ b: odd, a: odd }),
      `\n\n${payload({ b: odd, a: odd })}`,
      payload({ b: odd, a: odd, c: good }),
    ]) {
      await engine.set(text)
      await settled()
    }
    expect([told(engine), mended]).toEqual([
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

  test('what is mended is told as solved', async () => {
    const engine = await open(payload({ b: odd, a: good }))
    await settled()
    const mended = solved(engine)
    await engine.set(payload({ b: good, a: good }))
    await settled()
    expect([mended, engine.features.snapshot.problems]).toEqual([['b'], []])
  })

  test('a saved group that went makes what names it odd, and nothing else is looked at twice', async () => {
    const naming = { defaultValue: 0, rules: [{ condition: { id: { $inGroup: 'g' } }, force: 1 }] }
    const engine = await open(payload({ a: naming }, { savedGroups: { g: ['u1'] } }))
    await settled()
    expect(engine.problems).toEqual([])
    await engine.set(payload({ a: naming }))
    await settled()
    expect(told(engine)).toEqual([['a', 'unknown-key', 'warning']])
  })

  test('a content that is refused leaves what was found', async () => {
    const engine = await open(payload({ b: odd }))
    await settled()
    await engine.set('{')
    await settled()
    expect(engine.features.snapshot.problems.map(({ code }) => code)).toEqual([
      'syntax',
      'bad-type',
    ])
  })
})

test('finding something is no change, and leaves the status as it is', async () => {
  const engine = await open(payload({ a: odd }))
  await settled()
  await engine.set(payload({ a: odd, b: odd }))
  await settled()
  expect(engine.told).toEqual(['ready 1', 'problem bad-type', 'change 2', 'problem bad-type'])
})

test('keeps no process alive', async () => {
  const scheduled = jest.spyOn(globalThis, 'setImmediate')
  hurried()
  const features = await openFeatures({ source: memory(payload(many(5)), { format: 'json' }) })
  new Background().start(
    (function* () {
      /* nothing to do */
    })(),
  )
  const last = scheduled.mock.results.at(-1)?.value as NodeJS.Immediate
  expect(last.hasRef()).toBe(false)
  await features.close()
})
