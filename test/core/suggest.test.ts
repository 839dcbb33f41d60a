import { didYouMean, isMisspelt } from '../../src/core/suggest'

const KEYS = [
  'enabled',
  'users',
  'subreddits',
  'percent_loggedin',
  'percent_loggedout',
  'gold',
  'url',
  'url_for',
]

test.each([
  ['percent_logedin', 'percent_loggedin'],
  ['Percent_LoggedIn', 'percent_loggedin'],
  ['percent_loggedinn', 'percent_loggedin'],
  ['user', 'users'],
  ['usres', undefined],
  ['subredits', 'subreddits'],
  ['glod', undefined],
  ['gol', 'gold'],
  ['urls', 'url'],
  ['enable', 'enabled'],
  ['something_else', undefined],
  ['', undefined],
  ['z', undefined],
])('%j was probably meant to be %p', (word, meant) => {
  expect(didYouMean(word, KEYS)).toBe(meant)
})

test('with nothing known nothing was meant', () => {
  expect(didYouMean('users', [])).toBeUndefined()
})

test('leaves the list that it was given as it is', () => {
  const known = Object.freeze([...KEYS])
  expect(() => didYouMean('user', known)).not.toThrow()
})

test.each([
  ['chekout', 'checkout', true],
  ['checkoutt', 'checkout', true],
  ['chekcout', 'checkout', true],
  ['CHECKOUT', 'checkout', true],
  ['checkout', 'checkout', false],
  ['chcekuot', 'checkout', false],
  ['future', 'feature', false],
  ['ab', 'abc', false],
])('%s is %s misspelt: %p', (word, known, expected) => {
  expect(isMisspelt(word, known)).toBe(expected)
})
