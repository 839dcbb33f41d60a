/** The attributes that an experiment declares for its report. */
import { checkText } from '../../src'
import { reportByIn, reportByOf } from '../../src/experiments/report-by'

const problemsIn = (text: string): readonly string[] =>
  checkText(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`)

test.each([
  ['a list of names', ['country', 'device.os', 'user-type', 'país'], []],
  ['no list', 'country', ['write a list of attributes']],
  ['what is no name', ['country', 5, '$x', ''], ['has 5', 'has "$x"', 'has ""']],
  ['too many', Array.from({ length: 11 }, (_, i) => `a${i}`), ['it may have 10']],
])('%s', (_, value, messages) => {
  const text = `feature_a:\n  experiment:\n    loggedin: true\n    variants: {big: 10}\n    report_by: ${JSON.stringify(value)}\n`
  const found = problemsIn(text)
  expect(found).toHaveLength(messages.length)
  for (const [i, message] of messages.entries()) {
    expect(found[i]).toContain(message)
    expect(found[i]).toMatch(/^5:/)
  }
})

test('a rule that is an experiment may declare some, too, and its problems have their place', () => {
  const rule = (value: string) =>
    `feature_a:\n  default: 1\n  rules:\n    - key: k\n      variations: [1, 2]\n      hashVersion: 2\n      report_by: ${value}\n`
  expect(problemsIn(rule('[country]'))).toEqual([])
  expect(problemsIn(rule('[7]'))[0]).toMatch(/^7:19 report_by has 7/)
})

test('those of an entry are those of its experiment and of its rules, each once', () => {
  expect(reportByOf({ report_by: ['a', 'a', 5] })).toEqual(['a'])
  expect(
    reportByIn({ experiment: { report_by: ['a'] }, rules: [{ report_by: ['b', 'a'] }, 'no'] }),
  ).toEqual(['a', 'b'])
  expect(reportByIn('on')).toEqual([])
})
