import { Turns } from '../../src/runtime/turns'

/** Works that end when the test says so. */
function works(turns: Turns, count: number) {
  const began: number[] = []
  const ends: (() => void)[] = []
  const results = Array.from({ length: count }, (_, i) =>
    turns.take(async () => {
      began.push(i)
      await new Promise<void>((end) => (ends[i] = end))
      if (i === 1) throw new Error('failed')
      return i
    }),
  )
  return { began, ends, results: Promise.allSettled(results) }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('so many works are under way, and the first who waits is next, also after one that failed', async () => {
  const { began, ends, results } = works(new Turns(2), 5)
  await turn()
  expect(began).toEqual([0, 1])
  ends[1]?.()
  await turn()
  expect(began).toEqual([0, 1, 2])
  for (let i = 0; i < 5; i++) {
    ends[i]?.()
    await turn()
  }
  expect(began).toEqual([0, 1, 2, 3, 4])
  expect((await results).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ])
})

test('a turn is free again when nobody waits', async () => {
  const turns = new Turns(1)
  expect(await turns.take(async () => 'one')).toBe('one')
  expect(await turns.take(async () => 'two')).toBe('two')
})
