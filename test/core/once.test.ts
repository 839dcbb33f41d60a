import { once, onceFor } from '../../src/core/once'

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
  for (const attempt of [known, known, () => knownFor(5), () => knownFor(5)]) expect(attempt).toThrow('no answer')
  expect(ask).toHaveBeenCalledTimes(2)
})
