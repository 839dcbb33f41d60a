import { durationText, readDuration } from '../../src/experiments/duration'

test.each([
  ['7d', 604_800_000],
  ['12h', 43_200_000],
  ['30m', 1_800_000],
  ['7', undefined],
  ['7 days', undefined],
  ['-1d', undefined],
  ['0.5d', undefined],
  ['', undefined],
  [7, undefined],
  [undefined, undefined],
])('%p is %p milliseconds', (written, ms) => {
  expect(readDuration(written)).toBe(ms)
})

test.each(['7d', '12h', '30m', '90m', '36h'])('%s is written as it was read', (text) => {
  expect(durationText(readDuration(text) ?? NaN)).toBe(text)
})
