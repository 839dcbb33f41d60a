import { queryOf, questionOf } from '../../../../src/server/dashboard/experiment/question'

test('a question is its query and back', () => {
  const query = { since: '2026-11-08', window: '7d', stitch: 'true' }
  const question = questionOf(query)
  expect(question).toMatchObject({ ...query, conversion: '', by: '' })
  expect(queryOf(question)).toBe('?since=2026-11-08&window=7d&stitch=true')
  expect(Object.fromEntries(new URLSearchParams(queryOf(question)))).toEqual(query)
})

test('what is not asked is not in it, nor what is no parameter of a report', () => {
  expect(queryOf(questionOf({}))).toBe('')
  expect(queryOf(questionOf({ tab: 'x', since: '' }))).toBe('')
})
