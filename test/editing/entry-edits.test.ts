/** What an edit in words changes of an entry. */
import type { JsonValue } from '../../src/core/json'
import type { EntryChange } from '../../src/editing/change'
import { changesFor } from '../../src/editing/entry-edits'

const changes = (value: JsonValue | undefined, action: string, ...values: string[]) =>
  changesFor(
    { action, values },
    { feature: 'a', value, read: (written) => JSON.parse(written) as JsonValue },
  )
const set = (path: readonly string[] | undefined, value: JsonValue): EntryChange => ({
  kind: 'set',
  feature: 'a',
  ...(path && { path }),
  value,
})

test.each<[string, JsonValue, string[], EntryChange[]]>([
  ['a plain entry', 'on', ['off'], [set(undefined, 'off')]],
  ['a mapping, whose other keys stay', { admin: true }, ['off'], [set(['enabled'], 'off')]],
  [
    'a plain entry by a percentage',
    'off',
    ['percent', '25'],
    [set(undefined, { percent_loggedin: 25 })],
  ],
  [
    'both percentages',
    { percent_loggedin: 1, percent_loggedout: 2 },
    ['percent', '0.5'],
    [set(['percent_loggedin'], 0.5), set(['percent_loggedout'], 0.5)],
  ],
  [
    'the one that there is',
    { percent_loggedout: 2 },
    ['percent', '5'],
    [set(['percent_loggedout'], 5)],
  ],
  ['traffic', { experiment: {} }, ['traffic', '5'], [set(['experiment', 'traffic'], 5)]],
  [
    "shares of r2's draw",
    { experiment: { variants: { new: 5, old: 5 } } },
    ['weights', 'new=10'],
    [set(['experiment', 'variants'], { new: 10, old: 5 })],
  ],
  [
    'weights of a list',
    { experiment: { variants: [{ name: 'new', weight: 1, value: 5 }] } },
    ['weights', 'new=2'],
    [set(['experiment', 'variants'], [{ name: 'new', weight: 2, value: 5 }])],
  ],
  [
    'any key',
    { admin: true },
    ['set', 'experiment.window', '"7d"'],
    [set(['experiment', 'window'], '7d')],
  ],
])('%s', (_what, value, [action = '', ...values], expected) => {
  expect(changes(value, action, ...values)).toEqual(expected)
})

test('weights of a stable experiment come with ranges that move as few as possible', () => {
  const entry = { bucketing: 'stable', experiment: { variants: { new: 10, old: 10 } } }
  expect(changes(entry, 'weights', 'new=20', 'old=20')).toMatchObject([
    { path: ['experiment', 'variants'], value: { new: 20, old: 20 } },
    { path: ['experiment', 'ranges'] },
  ])
})

test('weights add a variant only when that is asked for, and an action that has none never', () => {
  const value = { experiment: { variants: { newest: 5 } } }
  const target = { feature: 'a', value, read: (one: string) => one }
  const asked = { action: 'weights', values: ['newst=9'] }
  expect(() => changesFor(asked, target)).toThrow('there is no variant newst; did you mean newest?')
  expect(changesFor({ ...asked, isAdding: true }, target)).toEqual([
    set(['experiment', 'variants'], { newest: 5, newst: 9 }),
  ])
  // r2's controls are there without being written.
  expect(changes(value, 'weights', 'control_1=20')).toEqual([
    set(['experiment', 'variants'], { newest: 5, control_1: 20 }),
  ])
  expect(() => changesFor({ action: 'off', values: [], isAdding: true }, target)).toThrow(
    'off adds no variant, so take --add out',
  )
})

test('keys and whole entries are taken away and added', () => {
  expect(changes({ admin: true }, 'unset', 'admin')).toEqual([
    { kind: 'unset', feature: 'a', path: ['admin'] },
  ])
  expect(changes('on', 'delete')).toEqual([{ kind: 'delete', feature: 'a' }])
  expect(changes(undefined, 'add', '{"percent_loggedin": 5}')).toEqual([
    { kind: 'add', feature: 'a', value: { percent_loggedin: 5 } },
  ])
})

test.each<[string, string[], string]>([
  ['an unknown action', ['of'], 'did you mean off?'],
  ['values too many', ['off', 'now'], 'off takes nothing more; 1 were given'],
  ['values too few', ['percent'], 'percent takes a percentage; 0 were given'],
  ['no percentage', ['percent', '101'], '"101" is no percentage'],
  ['a blank percentage', ['percent', ' '], '" " is no percentage'],
  ['two shares of one variant', ['weights', 'a=1', 'a=2'], 'a has two shares'],
  ['no share', ['weights', 'new'], '"new" is no share'],
  ['traffic of no experiment', ['traffic', '5'], 'feature_a has no experiment'],
])('refuses %s', (_what, [action = '', ...values], message) => {
  expect(() => changes('on', action, ...values)).toThrow(message)
})
