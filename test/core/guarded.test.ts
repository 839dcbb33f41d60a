import { runInNewContext } from 'node:vm'
import { guarded, once, onceFor } from '../../src/core/guarded'
import { eventsDelivered } from '../support/engine'

const fault = new Error('of the application')

async function failuresOf(call: () => unknown): Promise<unknown[]> {
  const failures: unknown[] = []
  guarded(call, (error) => failures.push(error))
  await eventsDelivered()
  return failures
}

test('gives what the call gives, and tells nothing', () => {
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

test('once asks when it is first asked, and never again', () => {
  const ask = jest.fn(() => ({}))
  const known = once(ask)
  expect(ask).not.toHaveBeenCalled()
  expect(known()).toBe(known())
  expect(ask).toHaveBeenCalledTimes(1)
})

test('onceFor asks once about each thing, nothing included', () => {
  const ask = jest.fn((about: object | undefined) => ({ about }))
  const known = onceFor(ask)
  const [gary, wendy] = [{}, {}]
  for (const about of [gary, wendy, undefined]) expect(known(about)).toBe(known(about))
  expect(ask.mock.calls).toEqual([[gary], [wendy], [undefined]])
  expect(ask.mock.calls[0]?.[0]).toBe(gary)
})

test('what was thrown is thrown again, without asking anew', () => {
  const ask = jest.fn((): never => {
    throw new Error('no answer')
  })
  const [known, knownFor] = [once(ask), onceFor(ask)]
  for (const attempt of [known, known, () => knownFor(5), () => knownFor(5)])
    expect(attempt).toThrow('no answer')
  expect(ask).toHaveBeenCalledTimes(2)
})
