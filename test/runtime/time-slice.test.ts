import { clearImmediate, setImmediate } from 'node:timers'
import { atOnce, inSlices } from '../../src/runtime/time-slice'

function* steps(count: number, done: string[]): Generator<void, string> {
  for (let i = 1; i <= count; i++) {
    done.push(`step ${i}`)
    yield
  }
  return 'end'
}

test('work in slices lets other work of the event loop run in between', async () => {
  const done: string[] = []
  const other = setImmediate(() => done.push('other'))
  expect(await inSlices(steps(2, done))).toBe('end')
  clearImmediate(other)
  expect(done).toEqual(['step 1', 'other', 'step 2'])
})

test('work that nobody waits for any more ends with the reason', async () => {
  const done: string[] = []
  const gone = new AbortController()
  const work = inSlices(steps(100, done), gone.signal)
  gone.abort(new Error('gone'))
  await expect(work).rejects.toThrow('gone')
  expect(done).toEqual(['step 1'])
})

test('work at once is done when the call returns', () => {
  const done: string[] = []
  expect(atOnce(steps(2, done))).toBe('end')
  expect(done).toEqual(['step 1', 'step 2'])
})
