import { waitOf } from '../../src/cli/time-argument'

test.each([
  ['500ms', 500],
  ['0s', 0],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
])('%s is a time', (text, ms) => {
  expect(waitOf('publish', '--each', text)).toBe(ms)
})

test.each(['', '30', 'soon', '5 minutes', '-5s', '1.5s'])('%j is no time', (text) => {
  expect(() => waitOf('publish', '--each', text)).toThrow(
    /^publish: --each is .*; give a time: 30s, 5m or 2h$/,
  )
})
