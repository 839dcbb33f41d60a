import { lazyPatterns } from '../../src/conditions/lazy'
import * as linear from '../../src/conditions/patterns/linear'

jest.mock('../../src/conditions/patterns/linear', () => {
  const actual = jest.requireActual<typeof linear>('../../src/conditions/patterns/linear')
  return { ...actual, createLinearPatterns: jest.fn(actual.createLinearPatterns) }
})

test('the patterns of one content have one compiler, made when the first is met', () => {
  const patterns = lazyPatterns()
  expect(linear.createLinearPatterns).not.toHaveBeenCalled()
  const [a, b] = [patterns('^a', false), patterns('B', true)]
  expect([typeof a === 'function' && a('ab'), typeof b === 'function' && b('abc')]).toEqual([
    true,
    true,
  ])
  expect(linear.createLinearPatterns).toHaveBeenCalledTimes(1)
})
