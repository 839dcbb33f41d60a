import { PastTexts } from '../../../../src/server/admin/edits/past-texts'

test('the oldest texts are forgotten when there are too many characters', () => {
  const past = new PastTexts(10)
  past.add('a', 'aaaa')
  past.add('b', 'bbbb')
  past.add('a', 'aaaa')
  past.add('c', 'cccc')
  expect(['a', 'b', 'c'].map((hash) => past.get(hash))).toEqual(['aaaa', undefined, 'cccc'])
})

test('a text that is larger than everything that may be remembered is not remembered', () => {
  const past = new PastTexts(3)
  past.add('a', 'aaaa')
  expect(past.get('a')).toBeUndefined()
})
