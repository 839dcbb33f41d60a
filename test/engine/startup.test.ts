import { LiveflagError, memory, openFeatures, type Sink, type Source } from '../../src'
import { eventsDelivered } from '../support/engine'

const broken = 'feature_x: on\nfeature_y: [\n'

describe('without a usable content', () => {
  test.each([
    [
      '',
      'no live config to start with: memory:1:1: the live config is empty; write {} if you mean that there are no features; give a usable live config, or set waitForFile to wait for one',
    ],
    [
      '- a\n',
      'no live config to start with: memory:1:1: the live config is a list; write a mapping of feature_ keys; give a usable live config, or set waitForFile to wait for one',
    ],
  ])('opening fails with the place and what to do: %j', async (text, message) => {
    const opening = openFeatures({ source: memory(text) })
    await expect(opening).rejects.toBeInstanceOf(LiveflagError)
    await expect(opening).rejects.toMatchObject({ code: 'LIVEFLAG_NO_CONFIG', message })
  })

  test('opening fails also when only one of several sources has none', async () => {
    await expect(
      openFeatures({
        source: [memory('feature_x: on\n', { name: 'good' }), memory(broken, { name: 'bad' })],
      }),
    ).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
      message: expect.stringContaining('bad:') as string,
    })
  })

  test('a file that is not there is named', async () => {
    await expect(openFeatures({ source: 'no/such/live.yaml' })).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
      message: expect.stringContaining('no/such/live.yaml') as string,
    })
  })

  test('every source is closed again', async () => {
    const closed: string[] = []
    const closing = (source: Source): Source =>
      Object.assign(source, { close: () => Promise.resolve(void closed.push(source.name)) })
    await expect(
      openFeatures({
        source: [
          closing(memory('feature_x: on\n', { name: 'a' })),
          closing(memory('', { name: 'b' })),
        ],
      }),
    ).rejects.toThrow()
    expect(closed).toEqual(['a', 'b'])
  })
})

test.each(['{}', 'note: mine\n', 'feature_x: {gold: 5}\n'])(
  '%j is a live config to start with',
  async (text) => {
    const features = await openFeatures({ source: memory(text) })
    expect([features.snapshot.status, features.snapshot.names]).toEqual(['READY', []])
    await features.close()
  },
)

describe('waitForFile', () => {
  /** Whether a promise is settled by the time everything that can happen now has happened. */
  async function isSettled(promise: Promise<unknown>): Promise<boolean> {
    let settled = false
    const done = (): void => void (settled = true)
    promise.then(done, done)
    await eventsDelivered()
    return settled
  }

  test.each([true, 60_000])('%p waits for a good content, over bad ones', async (waitForFile) => {
    const source = memory('')
    const opening = openFeatures({ source, waitForFile })
    expect(await isSettled(opening)).toBe(false)
    await source.set(broken)
    expect(await isSettled(opening)).toBe(false)
    await source.set('feature_x: on\n')
    const features = await opening
    expect([
      features.isEnabled('x'),
      features.snapshot.status,
      features.snapshot.generation,
      features.snapshot.problems,
    ]).toEqual([true, 'READY', 3, []])
    await features.close()
  })

  test('waits for every one of several sources', async () => {
    const [one, other] = [memory(''), memory('')]
    const opening = openFeatures({ source: [one, other], waitForFile: true })
    await one.set('feature_x: on\n')
    expect(await isSettled(opening)).toBe(false)
    await other.set('feature_y: on\n')
    const features = await opening
    expect(features.snapshot.names).toEqual(['x', 'y'])
    await features.close()
  })

  test('is not needed for a content that is there', async () => {
    const features = await openFeatures({ source: memory('feature_x: on\n'), waitForFile: true })
    expect(features.isEnabled('x')).toBe(true)
    await features.close()
  })

  test('as a number runs out, and says what was wrong last', async () => {
    await expect(openFeatures({ source: memory(broken), waitForFile: 1 })).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
      message: expect.stringMatching(/memory:2:\d+: .*; waitForFile has run out$/) as string,
    })
  })

  test('of 0 does not wait', async () => {
    await expect(openFeatures({ source: memory(''), waitForFile: 0 })).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
    })
  })

  test('as Infinity waits as long as true does: no timer may be longer than Node can count, or it ends at once', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout')
    const source = memory('')
    const opening = openFeatures({ source, waitForFile: Infinity })
    opening.then(
      (features) => features.close(),
      () => undefined,
    )
    await eventsDelivered()
    const delays = timers.mock.calls.map(([, delay]) => delay ?? 0)
    timers.mockRestore()
    await source.set('feature_x: on\n')
    expect(delays.filter((delay) => delay >= 2 ** 31)).toEqual([])
  })

  test('reports the problems of the meantime once opening has succeeded', async () => {
    const source = memory('')
    const opening = openFeatures({ source, waitForFile: true })
    await source.set('feature_x: on\n')
    const features = await opening
    const told: string[] = []
    features.on('problem', ({ code }) => told.push(code))
    features.on('solved', ({ code }) => told.push(`solved ${code}`))
    features.on('ready', ({ generation }) => told.push(`ready ${generation}`))
    await eventsDelivered()
    expect(told).toEqual(['empty', 'solved empty', 'ready 2'])
    await features.close()
  })
})

test('a source is opened once, before anything is answered', async () => {
  let opened = 0
  const source: Source = {
    name: 'own',
    watch: { mode: 'none' },
    async open(sink: Sink) {
      opened++
      await eventsDelivered()
      await sink.content({ text: 'feature_x: on\n', hash: '1', format: 'yaml', settled: true })
    },
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  const features = await openFeatures({ source })
  expect([opened, features.isEnabled('x')]).toEqual([1, true])
  await features.close()
})

describe('a source', () => {
  const taken = {
    code: 'LIVEFLAG_BAD_OPTION',
    message:
      'openFeatures: the source memory is open already; make one for each engine and each place, or close the other engine first',
  }

  test('is not taken from the engine that has it', async () => {
    const source = memory('feature_x: on\n')
    const first = await openFeatures({ source })
    await expect(openFeatures({ source })).rejects.toMatchObject(taken)
    await source.set('feature_x: off\n')
    expect(first.isEnabled('x')).toBe(false)
    await first.close()
    const second = await openFeatures({ source })
    expect(second.isEnabled('x')).toBe(false)
    await second.close()
  })

  test('stands in one place only', async () => {
    const source = memory('feature_x: on\n')
    await expect(openFeatures({ source: [source, source] })).rejects.toMatchObject(taken)
    await (await openFeatures({ source })).close()
  })

  test('is free again when opening has failed', async () => {
    const source = memory('')
    await expect(openFeatures({ source })).rejects.toMatchObject({ code: 'LIVEFLAG_NO_CONFIG' })
    await source.set('feature_x: on\n')
    await (await openFeatures({ source })).close()
  })
})

describe('the error of a start', () => {
  test('has the problems as its cause', async () => {
    await expect(
      openFeatures({ source: [memory('', { name: 'a' }), memory(broken, { name: 'b' })] }),
    ).rejects.toMatchObject({
      cause: [
        { code: 'empty', source: 'a' },
        { code: 'syntax', source: 'b', line: 2 },
      ],
    })
  })

  test('names a file once, and where a relative path was looked for', async () => {
    await expect(openFeatures({ source: 'nowhere.yaml' })).rejects.toThrow(
      `no live config to start with: nowhere.yaml is missing from ${process.cwd()}; restore it, or correct the path; give a usable live config, or set waitForFile to wait for one`,
    )
    await expect(openFeatures({ source: '/nowhere.yaml' })).rejects.toThrow(
      'start with: /nowhere.yaml is missing; restore it',
    )
    await expect(openFeatures({ source: 'no/such/live.yaml' })).rejects.toThrow(
      `start with: no/such/live.yaml is missing (there is no ${process.cwd()}/no); restore it`,
    )
  })
})
