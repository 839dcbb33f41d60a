import { backOffMs, jitter, retry } from '../../src/runtime/back-off'

const pauses = { firstMs: 100, longestMs: 1000 }
const LOWEST = (): number => 0
const HIGHEST = (): number => 1

test.each([
  [0, 50],
  [0.5, 75],
  [1, 100],
])(
  'jitter with the random number %p makes 100 ms between 0.5 and 1 times as long: %p',
  (random, ms) => {
    expect(jitter(100, 0.5, 1, () => random)).toBe(ms)
  },
)

test.each([
  [1, 50, 100],
  [2, 100, 200],
  [4, 400, 800],
  [5, 500, 1000],
  [2000, 500, 1000],
])('after %p failures the pause is from %p to %p ms', (failures, least, most) => {
  expect(backOffMs(pauses, failures, LOWEST)).toBe(least)
  expect(backOffMs(pauses, failures, HIGHEST)).toBe(most)
})

test('how much of a pause is drawn can be said', () => {
  expect(backOffMs({ ...pauses, least: 0.75 }, 1, LOWEST)).toBe(75)
  expect(backOffMs({ ...pauses, least: 1 }, 1, LOWEST)).toBe(100)
})

describe('retry', () => {
  const quick = { firstMs: 1, longestMs: 2 }

  it('does the work again until it succeeds, and says how often it has failed', async () => {
    const failures: number[] = []
    let tries = 0
    const work = (): string => {
      if (++tries < 4) throw new Error(`try ${tries}`)
      return 'done'
    }
    const answer = retry(
      work,
      (error, count) => failures.push(count) > 0 && error instanceof Error,
      quick,
    )
    expect(tries).toBe(1)
    expect(await answer).toBe('done')
    expect(failures).toEqual([1, 2, 3])
  })

  it('rejects with the last error when that is not worth another try', async () => {
    let tries = 0
    const work = async (): Promise<never> => {
      throw new Error(`try ${++tries}`)
    }
    await expect(retry(work, (_, failures) => failures < 3, quick)).rejects.toThrow('try 3')
  })
})
