import { runInNewContext } from 'node:vm'
import { guarded } from '../../src/core/guarded'
import { eventsDelivered } from '../support/engine'

const fault = new Error('of the application')

async function failuresOf(call: () => unknown): Promise<unknown[]> {
  const failures: unknown[] = []
  guarded(call, (error) => failures.push(error))
  await eventsDelivered()
  return failures
}

test('returns what the call returns, and reports nothing', () => {
  const told = jest.fn()
  expect(guarded(() => 5, told)).toBe(5)
  expect(told).not.toHaveBeenCalled()
})

test.each<[string, () => unknown]>([
  [
    'what is thrown',
    () => {
      throw fault
    },
  ],
  ['what a promise rejects with', () => Promise.reject(fault)],
  [
    'what a promise of another realm rejects with',
    () => runInNewContext('Promise.reject(fault)', { fault }),
  ],
  [
    'what a library’s own promise rejects with',
    () => ({ then: (_: undefined, failed: (error: unknown) => void) => failed(fault) }),
  ],
  [
    'what asking for `then` throws',
    () => ({
      get then() {
        throw fault
      },
    }),
  ],
])('%s is told once, and goes no further', async (_, call) => {
  expect(await failuresOf(call)).toEqual([fault])
})

test.each<[string, unknown]>([
  ['a promise that is kept', Promise.resolve(5)],
  ['nothing', null],
  ['a `then` that is no function', { then: 5 }],
])('%s is no failure', async (_, answer) => {
  expect(await failuresOf(() => answer)).toEqual([])
})
