import { LiveflagError } from '../../src'
import {
  badOption,
  checkOptions,
  checkValues,
  FUNCTION,
  mergeOptions,
  numberFrom,
  objectWith,
  oneOf,
  type OptionKind,
  TEXT,
  TIMEOUT_MS,
  TRUE_OR_FALSE,
  wholeNumberFrom,
} from '../../src/core/options'

/** What a check throws, as code and message; undefined when it throws nothing. */
function refusal(check: () => unknown): string | undefined {
  try {
    check()
  } catch (error) {
    return error instanceof LiveflagError ? `${error.code}: ${error.message}` : String(error)
  }
  return undefined
}

const KINDS = { url: TEXT, timeoutMs: TIMEOUT_MS }
const connecting = (options: object) => () => checkOptions<object>('connect', options, KINDS)

test.each<[string, object]>([
  ['nothing', {}],
  ['values of their kinds', { url: 'x', timeoutMs: 1 }],
  ['undefined, which is as good as left out', { url: undefined }],
])('options may be %s', (_, options) => {
  expect(refusal(connecting(options))).toBeUndefined()
})

test.each<[object, string]>([
  [{ url: 5 }, 'connect: url is 5; give a text'],
  [{ url: null }, 'connect: url is null; give a text'],
  [{ timeoutMs: '5' }, 'connect: timeoutMs is "5"; give milliseconds from 1 to 2147483647'],
  [
    { timeout: 5 },
    'connect: there is no option timeout; there are url, timeoutMs; did you mean timeoutMs?',
  ],
  [{ retries: 5 }, 'connect: there is no option retries; there are url, timeoutMs'],
  [{ constructor: 5 }, 'connect: there is no option constructor; there are url, timeoutMs'],
])('%j is refused: %s', (options, message) => {
  expect(refusal(connecting(options))).toBe(`LIVEFLAG_BAD_OPTION: ${message}`)
})

test('names that are not in the table are no concern of checkValues', () => {
  expect(refusal(() => checkValues('connect', { url: 'x', retries: 5 }, KINDS))).toBeUndefined()
  expect(refusal(() => checkValues('connect', { url: 5 }, KINDS))).toMatch('url is 5')
})

test.each<[string, OptionKind, fit: readonly unknown[], unfit: readonly unknown[]]>([
  ['true or false', TRUE_OR_FALSE, [true, false], [0, 'true', null]],
  ['a function', FUNCTION, [() => 1], [{}, 'x', null]],
  ['a text', TEXT, ['', 'x'], [5, null]],
  ['a time', TIMEOUT_MS, [1, 0.5 + 1, 2 ** 31 - 1], [0, 2 ** 31, NaN, Infinity, '1']],
  ['a number', numberFrom(0, 1), [0, 0.5, 1], [-0.1, 1.1, NaN, '0']],
  ['a whole number', wholeNumberFrom(1), [1, 20_000], [0, 1.5, 2 ** 53, '1']],
  ['one of some words', oneOf(['a', 'b', 'c']), ['a', 'c'], ['d', 'A', 5]],
  [
    'an object with methods',
    objectWith(['get'], 'a store'),
    [{ get() {} }],
    [{}, { get: 5 }, null],
  ],
])('%s', (_, kind, fit, unfit) => {
  expect(fit.map(kind.fits)).toEqual(fit.map(() => true))
  expect(unfit.map(kind.fits)).toEqual(unfit.map(() => false))
})

test('a kind says what to give', () => {
  expect([
    oneOf(['a', 'b', 'c']).wanted,
    oneOf(['a']).wanted,
    numberFrom(0, 1).wanted,
    wholeNumberFrom(1).wanted,
  ]).toEqual(['a, b or c', 'a', 'a number from 0 to 1', 'a whole number from 1'])
})

test('options go over defaults, which say of what type each is', () => {
  const defaults = { name: 'x', pollMs: 1000, limit: 5, events: true }
  expect(mergeOptions<object>('watch', { pollMs: 0, name: undefined }, defaults)).toEqual({
    ...defaults,
    pollMs: 0,
  })
  const refused = (options: object): string | undefined =>
    refusal(() => mergeOptions<object>('watch', options, defaults))
  expect([
    refused({ events: 1 }),
    refused({ name: 1 }),
    refused({ pollMs: 2 ** 31 }),
    refused({ limit: -1 }),
    refused({ limits: 1 }),
  ]).toEqual([
    'LIVEFLAG_BAD_OPTION: watch: events is 1; give true or false',
    'LIVEFLAG_BAD_OPTION: watch: name is 1; give a text',
    'LIVEFLAG_BAD_OPTION: watch: pollMs is 2147483648; give a number from 0 to 2147483647',
    'LIVEFLAG_BAD_OPTION: watch: limit is -1; give a number from 0 to 9007199254740991',
    'LIVEFLAG_BAD_OPTION: watch: there is no option limits; there are name, pollMs, limit, events; did you mean limit?',
  ])
})

test.each<[unknown, string]>([
  ['x', '"x"'],
  [5, '5'],
  [[], 'empty'],
  [Object.create(null), 'something that has no text'],
])('a refused value %p is shown as %s', (value, shown) => {
  expect(badOption('call', 'name', value, 'another').message).toBe(
    `call: name is ${shown}; give another`,
  )
})
