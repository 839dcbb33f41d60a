import { keepAliveDuring, sleep, withinTime } from '../../src/runtime/wait'

const holding = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length

const never = new Promise<string>(() => undefined)

describe('sleep', () => {
  it('resolves after its time', async () => {
    const start = performance.now()
    await sleep(10)
    expect(performance.now() - start).toBeGreaterThanOrEqual(9)
  })

  it.each(['before', 'while'])('resolves when the signal is aborted %s it sleeps', async (when) => {
    const closing = new AbortController()
    if (when === 'before') closing.abort()
    const slept = sleep(60_000, { signal: closing.signal })
    closing.abort()
    await slept
  })

  it('holds the process only when asked to', async () => {
    const closing = new AbortController()
    const before = holding()
    const slept = sleep(60_000, { signal: closing.signal })
    expect(holding()).toBe(before)
    const held = sleep(60_000, { signal: closing.signal, keepAlive: true })
    expect(holding()).toBe(before + 1)
    closing.abort()
    await Promise.all([slept, held])
    expect(holding()).toBe(before)
  })
})

describe('withinTime', () => {
  const late = (): string => 'late'

  it('gives what the work gives in time, and leaves no timer', async () => {
    const before = holding()
    expect(await withinTime(Promise.resolve('in time'), 60_000, late, { keepAlive: true })).toBe(
      'in time',
    )
    expect(holding()).toBe(before)
  })

  it('rejects as the work does', async () => {
    await expect(withinTime(Promise.reject(new Error('no')), 60_000, late)).rejects.toThrow('no')
  })

  it('gives what `late` gives when the work takes longer', async () => {
    expect(await withinTime(never, 1, late)).toBe('late')
  })

  it('rejects with what `late` throws', async () => {
    const tooLate = withinTime(never, 1, () => {
      throw new Error('too late')
    })
    await expect(tooLate).rejects.toThrow('too late')
  })

  it('lets work that fails after its time fail unnoticed', async () => {
    let fail: (error: Error) => void = () => undefined
    const failing = new Promise<string>((_, reject) => (fail = reject))
    expect(await withinTime(failing, 1, late)).toBe('late')
    fail(new Error('nobody waits for this'))
    // An unhandled rejection would be reported before the next turn.
    await sleep(0)
  })
})

test('keepAliveDuring holds the process until the work has settled', async () => {
  const before = holding()
  const kept = keepAliveDuring(sleep(1))
  expect(holding()).toBe(before + 1)
  await kept
  expect(holding()).toBe(before)
  await expect(keepAliveDuring(Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(holding()).toBe(before)
})
