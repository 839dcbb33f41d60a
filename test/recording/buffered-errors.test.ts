import { LiveflagError } from '../../src/core/errors'
import { bufferedWriter } from '../../src/recording/buffered'
import { numbered, scene, spilling } from '../support/buffered-scene'
import { MoodyStore } from '../support/moody-store'

describe('errors', () => {
  test('are reported at once, and then at most every errorsEveryMs, with how many there were', async () => {
    const { clock, store, writer, errors } = scene({ errorsEveryMs: 60_000 })
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(50_000)
    expect(errors).toEqual(['the database is away'])
    await clock.pass(20_000)
    expect(errors).toHaveLength(2)
    expect(errors[1]).toMatch(/^the database is away \(and \d+ more of this kind\)$/)
    const closing = writer.close()
    await clock.pass(1000)
    await closing
    expect(writer.stats.failures).toBeGreaterThan(10)
    const heldBack =
      errors
        .join()
        .match(/and (\d+) more/g)
        ?.map((text) => Number(/\d+/.exec(text)?.[0])) ?? []
    const reported = errors.filter((message) => message.includes('the database is away')).length
    expect(reported + heldBack.reduce((sum, one) => sum + one, 0)).toBe(writer.stats.failures)
  })

  test('of onError and onMetric break nothing', async () => {
    const { store, writer, clock } = scene({
      onError: () => {
        throw new Error('no log')
      },
      onMetric: () => {
        throw new Error('no metrics')
      },
    })
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(100)
    store.mood = 'well'
    await clock.pass(1000)
    expect(writer.stats.written).toBe(10)
  })

  test('have a code and their cause, wherever they come from', async () => {
    const errors: Error[] = []
    const { store, writer, clock } = scene({
      ...spilling(),
      maxSpillRows: 5,
      onError: (error) => errors.push(error),
      onMetric: () => {
        throw new Error('no metrics')
      },
    })
    store.mood = 'throws'
    writer.offer(numbered(0, 10))
    await clock.pass(100)
    expect(errors.map((error) => [(error as LiveflagError).code, error.cause])).toEqual([
      ['LIVEFLAG_CALLBACK_FAILED', new Error('no metrics')],
      ['LIVEFLAG_NOT_RECORDED', undefined],
      ['LIVEFLAG_STORE_UNAVAILABLE', new Error('the database is away')],
    ])
    expect(errors.every((error) => error instanceof LiveflagError)).toBe(true)
    store.mood = 'well'
    await clock.pass(10_000)
    await writer.close()
  })

  test('become a process warning when nobody listens', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const store = new MoodyStore()
    store.mood = 'throws'
    const writer = bufferedWriter(store, { timeoutMs: 50, flushMs: 1 })
    await writer.record(numbered(0, 1)).catch(() => undefined)
    expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: 'the database is away' }))
    await writer.close()
    warn.mockRestore()
  })
})

test('metrics are counted as it happens', async () => {
  const counts: Record<string, number> = {}
  const { clock, store, writer } = scene({
    ...spilling(),
    onMetric: (metric, amount) => (counts[metric] = (counts[metric] ?? 0) + amount),
  })
  store.mood = 'throws'
  writer.offer(numbered(0, 12))
  await clock.pass(100)
  store.mood = 'well'
  await clock.pass(10_000)
  await writer.close()
  expect(counts).toEqual({
    seconds: expect.any(Number),
    failures: writer.stats.failures,
    spilled: 12,
    written: 12,
    replayed: 12,
  })
})
