import { changesOf } from '../../../../src/server/dashboard/edit/changes-of'

test.each([
  ['nothing', { a: [1] }, { a: [1] }, []],
  ['a switch for everybody', { gold: true }, 'on', [{ kind: 'set', value: 'on' }]],
  [
    'a number',
    { percent_loggedin: 25, gold: true },
    { percent_loggedin: 50, gold: true },
    [{ kind: 'set', path: ['percent_loggedin'], value: 50 }],
  ],
  [
    'a key that is gone, and a new one',
    { gold: true },
    { beta: true },
    [
      { kind: 'unset', path: ['gold'] },
      { kind: 'set', path: ['beta'], value: true },
    ],
  ],
  [
    'a list as a whole',
    { users: ['a'] },
    { users: ['a', 'b'] },
    [{ kind: 'set', path: ['users'], value: ['a', 'b'] }],
  ],
  [
    'a weight in a list of variants',
    { experiment: { variants: [{ name: 'a', weight: 1 }, { name: 'b' }] } },
    { experiment: { variants: [{ name: 'a', weight: 2 }, { name: 'b' }] } },
    [{ kind: 'set', path: ['experiment', 'variants', 0, 'weight'], value: 2 }],
  ],
])('%s is changed by the smallest changes', (_, from, to, expected) => {
  expect(changesOf('x', from, to)).toEqual(expected.map((one) => ({ feature: 'x', ...one })))
})
