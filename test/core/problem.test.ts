import type { Problem } from '../../src'
import { problemText } from '../../src/core/problem'

test.each<[Partial<Problem>, string]>([
  [{ message: 'it broke' }, 'it broke'],
  [{ source: 'a.yaml', message: 'it broke' }, 'a.yaml: it broke'],
  [{ source: 'a.yaml', line: 2, column: 3, message: 'it broke' }, 'a.yaml:2:3: it broke'],
  [
    { source: 'a.yaml', line: 2, column: 3, feature: 'x', message: 'it broke' },
    'a.yaml:2:3: feature_x: it broke',
  ],
  [{ feature: 'x', message: 'it broke' }, 'feature_x: it broke'],
  [{ source: 'a.yaml', message: 'a.yaml is missing' }, 'a.yaml is missing'],
  [
    { source: 'a.yaml', line: 2, column: 3, message: 'a.yaml is not UTF-8' },
    'a.yaml:2:3: is not UTF-8',
  ],
])('%j in one sentence: %s', (problem, text) => {
  expect(problemText({ code: 'syntax', severity: 'error', message: '', ...problem })).toBe(text)
})
