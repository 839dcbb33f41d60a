import { memory, openFeatures } from '../../src'
import type { Problem } from '../../src'
import { mostProblems } from '../../src/live-config/most-problems'
import { emptyPart, type Part } from '../../src/live-config/part'

const problem = (severity: Problem['severity'], line: number): Problem => ({
  code: 'bad-type',
  severity,
  message: `problem ${line}`,
  line,
})
const many = (count: number, severity: Problem['severity']): Problem[] =>
  Array.from({ length: count }, (_, i) => problem(severity, i + 1))

test('a thousand problems are reported one by one', () => {
  const problems = many(1000, 'error')
  expect(mostProblems([], problems)).toEqual(problems)
})

test('of more problems the last says how many there are', () => {
  const found = mostProblems([], many(1500, 'error'))
  expect([found.length, found[999]?.message, found.at(-1)?.message]).toEqual([
    1001,
    'problem 1000',
    'there are 500 more problems; fix those that are named first',
  ])
})

test('no error is hidden behind warnings, and the order stays', () => {
  const found = mostProblems([], [...many(1500, 'warning'), problem('error', 9999)])
  expect([found.length, found[998]?.line, found[999]?.severity, found.at(-1)?.severity]).toEqual([
    1001,
    999,
    'error',
    'warning',
  ])
})

test('of several texts all are counted, and each problem says whose it is', () => {
  const part = (source: string): Part => ({
    ...emptyPart(source),
    topProblems: many(600, 'error').map((one) => ({ ...one, line: 1, column: 1 })),
  })
  const found = mostProblems([part('a'), part('b')])
  expect([found[0]?.source, found[599]?.source, found[600]?.source, found.length]).toEqual([
    'a',
    'a',
    'b',
    1001,
  ])
  expect(found.at(-1)?.message).toMatch(/^there are 200 more problems/)
})

test('a text of thousands of bad entries loads its good ones, and reports a bounded number', async () => {
  const bad = Array.from({ length: 3000 }, (_, i) => `feature_${i}: onn\n`).join('')
  const source = memory('feature_a: on\n')
  const features = await openFeatures({ source })
  const seen: Problem[] = []
  features.on('problem', (one) => seen.push(one))
  await source.set(`feature_b: on\n${bad}`)
  expect([features.snapshot.problems.length, seen.length, features.global.isEnabled('b')]).toEqual([
    1001,
    1001,
    true,
  ])
  await features.close()
})
