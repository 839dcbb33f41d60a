import { problemsOf, messagesOf } from '../support/engine'

const lived = (keys: string): string => `{experiment: {${keys}, variants: [{name: a}]}}`

test.each([
  [
    'status: runing',
    'status is "runing"; write one of draft, in_review, approved, running, paused, completed, archived, rejected',
  ],
  [
    'status: true',
    'status is a boolean; write one of draft, in_review, approved, running, paused, completed, archived, rejected',
  ],
  ['traffic: 101', 'traffic is 101 percent; a percentage is from 0 to 100'],
  ['traffic: -0.5', 'traffic is -0.5 percent; a percentage is from 0 to 100'],
  ['traffic: half', 'traffic is "half"; write a percentage, a number from 0 to 100'],
  ['domains: checkout', 'domains is "checkout"; write a list of names, such as [checkout]'],
  ['domains: [checkout, 5]', 'domains is a list; write a list of names, such as [checkout]'],
  ['priority: high', 'priority is "high"; write a number'],
  [
    'start: yesterday',
    'start is "yesterday"; write a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  ],
  [
    'start: 2026-05-01T09:00:00',
    'start is "2026-05-01T09:00:00"; write a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  ],
  [
    'end: 2026-13-01',
    'end is "2026-13-01"; write a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  ],
  [
    'end: 2026-02-30',
    'end is "2026-02-30"; write a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  ],
  [
    'start: 2026-04-31T00:00:00Z',
    'start is "2026-04-31T00:00:00Z"; write a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  ],
  ['domains: ["d\\0"]', 'domains is a list; write a list of names, such as [checkout]'],
  [
    'end: 1780000000',
    'end is a number; write a time with its zone, such as 2026-05-01T09:00:00Z, or a date such as 2026-05-01',
  ],
  [
    'start: 2026-05-02, end: 2026-05-01',
    'end is not after start, so the experiment never runs; write a later one',
  ],
  ['trafic: 5', '"trafic" is not a key that experiment knows; did you mean traffic?'],
])('{%s}: refused', (keys, message) => {
  expect(messagesOf(lived(keys))).toEqual([message])
})

test('a share finer than a hundredth of a percent is reported, and the entry holds', () => {
  expect(problemsOf(lived('traffic: 0.005'))).toEqual([
    expect.objectContaining({
      code: 'out-of-range',
      severity: 'warning',
      path: 'experiment.traffic',
    }),
  ])
})

test.each([
  [0.0001, []],
  [40.4144, []],
  [
    0.00005,
    ['traffic is 0.00005 percent, and the finest step is 0.0001; it counts as the next step above'],
  ],
])('with bucketing: stable the finest step is a point of a million: %p', (traffic, messages) => {
  expect(
    messagesOf(`{bucketing: stable, experiment: {traffic: ${traffic}, variants: [{name: a}]}}`),
  ).toEqual(messages)
})

test('an expression that cannot be read is a problem at its place, and an error', () => {
  expect(problemsOf(lived('targeting: "country =="'))).toEqual([
    { code: 'bad-targeting', severity: 'error', at: '1:37', path: 'experiment.targeting' },
  ])
})

test.each([
  'status: paused',
  'end: 2028-02-29',
  'traffic: 0.01',
  'traffic: 33.33',
  'domains: []',
  'priority: -1.5',
  'start: 2026-05-01',
  'end: "2026-05-01T09:00:00.5+02:00"',
  'targeting: ""',
  'enabled: off',
])('{%s}: nothing to say', (keys) => {
  expect(messagesOf(lived(keys))).toEqual([])
})

test('to r2 they are unknown keys, which it reads over', () => {
  const entry = '{experiment: {loggedin: true, status: draft, variants: {a: 5}}}'
  expect(problemsOf(entry, 'r2')).toEqual([
    expect.objectContaining({ code: 'unknown-key', severity: 'warning' }),
  ])
})
