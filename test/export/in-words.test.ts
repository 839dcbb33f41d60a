import type { JsonObject } from '../../src/core/json'
import { selectorsInWords } from '../../src/export/in-words'
import { selectors } from '../../src/selectors'

const wordsOf = (entry: JsonObject, compat: 'liveflag' | 'r2' = 'liveflag'): string =>
  selectorsInWords(entry, compat, selectors)
    .map(({ words }) => words)
    .join(', and ')

test.each<[entry: JsonObject, words: string]>([
  [{ enabled: 'on' }, 'everybody'],
  [{ enabled: 'off', percent_loggedin: 40 }, ''],
  [{ enabled: false, gold: true }, ''],
  [
    { percent_loggedin: 25, gold: true, users: ['gary', 'ann'] },
    'visitors with gold, and 2 users (gary, ann), and 25 % of signed-in visitors',
  ],
  [{ percent_loggedin: 0 }, ''],
  [{ percent_loggedin: 100 }, 'all signed-in visitors'],
  [{ percent_loggedout: 0.5 }, '0.5 % of signed-out visitors'],
  [{ users: ['a', 'b', 'c', 'd'] }, '4 users'],
  [{ users: [] }, ''],
  [{ gold: false }, ''],
  [{ subreddits: ['wtf'] }, 'requests in 1 subreddit (wtf)'],
  [{ segments: ['pilots', 'kiwis'] }, 'the segments pilots and kiwis'],
  [{ url: 'x' }, 'whoever adds ?feature=x to the address'],
  [
    { url: 'x', url_for: ['admin', 'employee'] },
    'admins or employees who add ?feature=x to the address',
  ],
  [{ url: { a: 'blue', b: 'control_1' } }, 'whoever adds ?feature=a or b to the address'],
  [
    { experiment: { loggedin: true, variants: { a: 25, b: 25 } } },
    'an experiment among all signed-in visitors: a 25 % and b 25 %',
  ],
  [
    { experiment: { enabled: 'off', loggedin: true, variants: { a: 5 } } },
    'a stopped experiment among all signed-in visitors: a 5 %',
  ],
  [
    {
      experiment: {
        status: 'paused',
        traffic: 50,
        targeting: 'age > 18',
        variants: [
          { name: 'a', weight: 1 },
          { name: 'b', weight: 3 },
        ],
      },
    },
    'a paused experiment among 50 % of visitors where age > 18: a 25 % and b 75 %',
  ],
  [
    { rules: [{ condition: { country: 'NZ' }, force: 1 }], default: 2 },
    '1 for visitors where country is NZ, and 2 for everybody else',
  ],
  [{ rules: [{ coverage: 0.2, force: true }], default: false }, 'on for 20 % of visitors'],
  [{ rules: [{ variations: [1, 2] }] }, 'an experiment with 2 variations for everybody'],
  [
    { rules: [{ condition: { age: { $gte: 18 }, $or: [] }, force: true }] },
    'on for visitors where age is at least 18 and a condition holds',
  ],
  [{ gold: true, owner: 'ann', 'x-note': 1 }, 'visitors with gold'],
])('%j is for: %s', (entry, words) => {
  expect(wordsOf(entry)).toBe(words)
})

test("r2's enabled: off leaves the other selectors on", () => {
  expect(wordsOf({ enabled: 'off', percent_loggedin: 40 }, 'r2')).toBe('40 % of signed-in visitors')
})

test('a selector of the application is shown by its key and its value', () => {
  const country = {
    key: 'country',
    stage: 'who',
    summary: '',
    schema: {},
    compile: () => undefined,
  } as const
  expect(selectorsInWords({ country: ['NZ'] }, 'liveflag', [country])).toEqual([
    { selector: 'country', words: 'country ["NZ"]' },
  ])
})

test.each(selectors.map((selector) => [selector.key, selector] as const))(
  'the selector %s says whom it claims',
  (_, selector) => {
    expect(selector.inWords).toBeInstanceOf(Function)
  },
)
