import { type FeaturesOptions, openFeatures } from '../../src'
import type { PartSink, Sink, Source } from '../../src/core/source'

/** A source of several texts, told by hand. */
class Texts implements Source {
  readonly name = 'texts'
  readonly watch = { mode: 'none' } as const
  private sink: Sink | undefined

  constructor(private readonly first: Readonly<Record<string, string>>) {}

  async open(sink: Sink): Promise<void> {
    this.sink = sink
    for (const name of Object.keys(this.first)) this.part(name)
    await Promise.all(Object.entries(this.first).map(([name, text]) => this.tell(name, text)))
  }

  tell(name: string, text: string): Promise<unknown> {
    return this.part(name).content({ text, hash: text, format: 'yaml', settled: true })
  }

  remove(name: string): Promise<void> {
    return this.part(name).removed()
  }

  check = async (): Promise<void> => undefined
  close = async (): Promise<void> => undefined

  private part(name: string): PartSink {
    if (this.sink === undefined) throw new Error('not open')
    return this.sink.part(name)
  }
}

async function opened(
  first: Readonly<Record<string, string>>,
  options: Omit<FeaturesOptions, 'source'> = {},
) {
  const source = new Texts(first)
  const features = await openFeatures({ source, ...options })
  const changes: unknown[] = []
  features
    .on('problem', () => undefined)
    .on('change', ({ added, changed, removed }) => changes.push([added, changed, removed]))
  return { source, features, changes }
}

describe('a feature in two texts of one source', () => {
  test('is a problem that names both places, and keeps the version it had', async () => {
    const { source, features, changes } = await opened({
      a: 'feature_x: on\n',
      b: 'feature_y: on\n',
    })
    await source.tell('b', 'feature_y: off\nfeature_x: off\n')
    expect(features.snapshot).toMatchObject({ status: 'READY', heldBack: ['x'] })
    expect(features.snapshot.problems).toMatchObject([
      {
        code: 'duplicate-feature',
        severity: 'error',
        feature: 'x',
        source: 'b',
        line: 2,
        column: 1,
        message: '"feature_x" is in b and already in a:1; keep one of them',
      },
    ])
    expect([features.isEnabled('x'), features.isEnabled('y'), changes]).toEqual([
      true,
      false,
      [[[], ['y'], []]],
    ])
    expect(features.decide('x').heldBack).toBe(true)
  })

  test.each([
    ['written in another order', '{gold: true, users: [x]}', '{users: [x], gold: true}'],
    ['with other notes', '{gold: true, owner: ann}', '{gold: true}'],
    ['in two ways to say on', 'on', '{enabled: on}'],
    ['refused in both', 'onn', 'onn'],
  ])('that is defined alike, %s, is no clash', async (_how, one, other) => {
    const { features } = await opened({
      a: `feature_x: ${one}\nfeature_y: on\n`,
      'a copy': `feature_x: ${other}\nfeature_y: on\n`,
    })
    const codes = features.snapshot.problems.map(({ code }) => code)
    expect([features.isEnabled('y'), codes.includes('duplicate-feature')]).toEqual([true, false])
  })

  test('is a clash when the segments that it names differ', async () => {
    const { features } = await opened({
      a: 'segments: {s: [u1]}\nfeature_x: {segments: [s]}\n',
      b: 'segments: {s: [u2]}\nfeature_x: {segments: [s]}\n',
    })
    expect(features.snapshot.problems).toMatchObject([{ code: 'duplicate-feature' }])
  })

  test('stays as it was whatever both of them say, until one of them lets go', async () => {
    const { source, features } = await opened({ a: 'feature_x: on\n', b: '{}' })
    await source.tell('b', 'feature_x: off\n')
    await source.tell('a', 'feature_x: {gold: true}\n')
    expect(features.isEnabled('x')).toBe(true)
    await source.remove('a')
    expect([
      features.isEnabled('x'),
      features.snapshot.problems,
      features.snapshot.heldBack,
    ]).toEqual([false, [], []])
  })

  test('is off when it never stood in one alone', async () => {
    const { features } = await opened({
      a: 'feature_x: on\n',
      b: 'feature_x: off\n',
      c: 'feature_x: on\nfeature_y: on\n',
    })
    expect(features.snapshot).toMatchObject({
      names: ['y'],
      rejected: ['x'],
      problems: [{ message: '"feature_x" is in c and already in a:1 and b:1; keep one of them' }],
    })
    expect(features.decide('x').error?.code).toBe('PARSE_ERROR')
  })

  test("is off with badEntry: 'off'", async () => {
    const { source, features } = await opened(
      { a: 'feature_x: on\n', b: '{}' },
      { badEntry: 'off' },
    )
    await source.tell('b', 'feature_x: {gold: true}\n')
    expect(features.isEnabled('x')).toBe(false)
  })

  test('is that of the last text to r2, with a warning', async () => {
    const { source, features } = await opened({ b: 'feature_x: on\n', a: '{}' }, { compat: 'r2' })
    await source.tell('a', 'feature_x: off\n')
    expect([
      features.isEnabled('x'),
      features.snapshot.problems.map(({ code, severity }) => [code, severity]),
    ]).toEqual([true, [['duplicate-feature', 'warning']]])
  })

  test('moves from one text to another without a gap when both are reported together', async () => {
    const { source, features, changes } = await opened({
      a: 'feature_x: on\nfeature_z: on\n',
      b: 'feature_y: on\n',
    })
    const problems: string[] = []
    features.on('problem', ({ code }) => problems.push(code))
    await Promise.all([
      source.tell('a', 'feature_z: on\n'),
      source.tell('b', 'feature_y: on\nfeature_x: on\n'),
    ])
    expect([features.isEnabled('x'), changes, problems]).toEqual([true, [], []])
  })
})

describe('the texts of one source', () => {
  test('have the order of their names, not that in which they are reported', async () => {
    const { source, features } = await opened({ b: 'feature_x: on\n' })
    await source.tell('c', 'feature_y: on\n')
    await source.tell('a', 'feature_z: on\n')
    const hash = features.snapshot.hash
    await source.remove('a')
    await source.tell('a', 'feature_z: on\n')
    expect([features.snapshot.hash, features.snapshot.names]).toEqual([hash, ['x', 'y', 'z']])
  })

  test('that go take a number, so that generations rise', async () => {
    const { source, features } = await opened({ a: 'feature_x: on\n', b: 'feature_y: on\n' })
    await source.remove('b')
    await source.remove('b')
    expect([features.snapshot.generation, features.snapshot.names]).toEqual([3, ['x']])
    await source.tell('a', 'feature_x: off\n')
    expect(features.snapshot.generation).toBe(4)
  })
})
