import { lazyPatterns } from '../../src/conditions/lazy'
import * as linear from '../../src/conditions/patterns/linear'

afterEach(() => jest.restoreAllMocks())

test('the patterns of one content have one compiler, made when the first is met', () => {
  const made = jest.spyOn(linear, 'createLinearPatterns')
  const patterns = lazyPatterns()
  expect(made).not.toHaveBeenCalled()
  const [a, b] = [patterns('^a', false), patterns('B', true)]
  expect([typeof a === 'function' && a('ab'), typeof b === 'function' && b('abc')]).toEqual([
    true,
    true,
  ])
  expect(made).toHaveBeenCalledTimes(1)
})
