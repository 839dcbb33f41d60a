import { memory, openFeatures, worldOf } from '../../src'
import { worldWith } from '../support/counting-world'
import { closeEngines, eventsDelivered, openEngine } from '../support/engine'

let warnings: [string, unknown][] = []

beforeEach(() => {
  warnings = []
  jest
    .spyOn(process, 'emitWarning')
    .mockImplementation((message, options) => void warnings.push([String(message), options]))
})

afterEach(async () => {
  jest.restoreAllMocks()
  await closeEngines()
})

const broken = (n: number): string => `feature_${n}: {gold: 5}\n`
const brokenEntries = (count: number): string =>
  Array.from({ length: count }, (_, n) => broken(n)).join('')

describe('a problem that nobody listens for', () => {
  test('becomes a process warning that says where, which feature, and what to do', async () => {
    const features = await openFeatures({
      source: memory('# my flags\nfeature_x: {gold: 5}\n', { name: 'live.yaml' }),
    })
    expect(warnings).toEqual([])
    await eventsDelivered()
    expect(warnings).toEqual([
      [
        'live.yaml:2:19: feature_x: gold is a number (5); write true or false, without quotes',
        { type: 'LiveflagWarning', code: 'bad-type' },
      ],
    ])
    await features.close()
  })

  test('is one while it lasts, however often the source is looked at', async () => {
    const source = memory(brokenEntries(2))
    const features = await openFeatures({ source })
    await eventsDelivered()
    for (let n = 0; n < 5; n++) await features.reload()
    await source.set(`# moved\n${brokenEntries(2)}`)
    expect(warnings).toHaveLength(2)
    await features.close()
  })

  test('of a thousand is a few lines, the last of which says that there are more', async () => {
    const features = await openFeatures({ source: memory(brokenEntries(1000)) })
    await eventsDelivered()
    expect(warnings).toHaveLength(10)
    expect(warnings.at(-1)?.[0]).toMatch(/ \(and perhaps more: see features\.snapshot\.problems\)$/)
    expect(features.snapshot.problems).toHaveLength(1000)
    await features.close()
  })

  test('of the next content may warn again', async () => {
    const source = memory(brokenEntries(20))
    const features = await openFeatures({ source })
    await eventsDelivered()
    await source.set(brokenEntries(20).replaceAll('gold', 'beta'))
    expect(warnings).toHaveLength(20)
    await features.close()
  })

  test('is reported as a warning also when the application threw it', async () => {
    const features = await openFeatures({ source: memory('feature_x: {gold: true}\n') })
    await eventsDelivered()
    const world = worldWith(
      {
        hasGold: () => {
          throw new Error('boom')
        },
      },
      { user: { id: 't2_1' } },
    )
    for (let n = 0; n < 3; n++) features.for(world).isEnabled('x')
    expect(warnings).toEqual([
      [
        'World.hasGold threw: boom; it must not throw',
        { type: 'LiveflagWarning', code: 'world-threw' },
      ],
    ])
    await features.close()
  })
})

test('a problem that somebody listens for is no warning', async () => {
  const { problems, set } = await openEngine(brokenEntries(3))
  await set(brokenEntries(4))
  expect([problems.length, warnings]).toEqual([4, []])
})

test('nothing wrong, nothing warned', async () => {
  const features = await openFeatures({ source: memory('feature_x: on\n') })
  await eventsDelivered()
  features.isEnabled('x')
  expect(warnings).toEqual([])
  await features.close()
})

test('a problem is reported once while it lasts, and again when it comes back', async () => {
  const good = 'feature_x: on\n'
  const { set, told } = await openEngine(good)
  for (const bad of [broken(1), `# moved\n${broken(1)}`, '', broken(1)]) await set(good + bad)
  expect(told.filter((event) => event.startsWith('problem'))).toEqual([
    'problem bad-type',
    'problem bad-type',
  ])
})

test('two problems that read alike are each reported once while they last', async () => {
  const { features, problems } = await openEngine('x-a: .inf\nx-b: .inf\nfeature_x: on\n')
  expect(problems).toHaveLength(2)
  for (let n = 0; n < 3; n++) await features.reload()
  expect(problems).toHaveLength(2)
})

test('the same problem in two sources of one name is reported once in each while it lasts', async () => {
  const features = await openFeatures({ source: [memory(broken(1)), memory(broken(1))] })
  let told = 0
  features.on('problem', () => told++)
  await eventsDelivered()
  for (let n = 0; n < 3; n++) await features.reload()
  await features.close()
  expect(told).toBe(2)
})

test('a hundred reloads of a variant over its cap do not silence a World that throws', async () => {
  const text = (n: number): string =>
    `feature_x: {experiment: {enabled: on, variants: {blue: 100, control_1: 0, control_2: 0}}}\nfeature_y: {gold: true, percent_loggedin: ${n % 100}}\n`
  const { features, set, problems } = await openEngine(text(0), { compat: 'r2' })
  for (let n = 1; n <= 110; n++) {
    await set(text(n))
    for (let user = 0; user < 20; user++)
      features.for(worldOf({ user: { id: `t2_${user}` } })).isEnabled('x')
  }
  features
    .for(
      worldWith(
        {
          hasGold: () => {
            throw new Error('boom')
          },
        },
        { user: { id: 't2_1' } },
      ),
    )
    .isEnabled('y')
  expect(problems.map(({ code }) => code)).toContain('world-threw')
})
