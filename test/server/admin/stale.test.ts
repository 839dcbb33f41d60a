import { type Age, staleSignals } from '../../../src/server/admin/stale'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-29T00:00:00Z')

const AGE: Age = {
  name: 'search',
  now: NOW,
  constant: undefined,
  share: 0.5,
  unchangedSince: NOW,
  dates: [],
  lastAskedAt: NOW,
  countedSince: NOW,
  expires: null,
  isPermanent: false,
}

test.each<[what: string, age: Partial<Age>, signals: readonly string[]]>([
  ['one that is asked and differs', {}, []],
  [
    'one that is on for 45 days',
    { constant: true, unchangedSince: NOW - 45 * DAY },
    ['always-on: 100 % for 45 days'],
  ],
  ['one that is on for 29 days', { constant: true, unchangedSince: NOW - 29 * DAY }, []],
  [
    'one that is off for 30 days',
    { constant: false, unchangedSince: NOW - 30 * DAY },
    ['always-off: off for 30 days'],
  ],
  [
    'one that all have',
    { share: 1, unchangedSince: NOW - 31 * DAY },
    ['same-answer: the same answer for everybody for 31 days'],
  ],
  [
    'one that all have since its ramp reached its end',
    { share: 1, unchangedSince: NOW - 90 * DAY, dates: [NOW - 99 * DAY, NOW - 31 * DAY] },
    ['same-answer: the same answer for everybody for 31 days'],
  ],
  [
    'one whose ramp reached its end yesterday',
    { share: 1, unchangedSince: NOW - 90 * DAY, dates: [NOW - 8 * DAY, NOW - DAY] },
    [],
  ],
  [
    'one that nobody has until its ramp starts',
    { share: 0, unchangedSince: NOW - 90 * DAY, dates: [NOW + DAY, NOW + 8 * DAY] },
    [],
  ],
  [
    'one that has been off for longer than its dates are past',
    { constant: false, unchangedSince: NOW - 40 * DAY, dates: [NOW - 50 * DAY] },
    ['always-off: off for 40 days'],
  ],
  ['one whose share is not known', { share: undefined, unchangedSince: NOW - 31 * DAY }, []],
  [
    'one that is not asked',
    { lastAskedAt: NOW - 40 * DAY, countedSince: NOW - 100 * DAY },
    ['not-asked: not asked for 40 days'],
  ],
  [
    'one that is not asked while somebody counts',
    { lastAskedAt: NOW - 40 * DAY, countedSince: NOW - 31 * DAY },
    ['not-asked: not asked for 31 days'],
  ],
  [
    'one that may have been asked while nobody counted',
    { lastAskedAt: NOW - 40 * DAY, countedSince: NOW - 29 * DAY },
    [],
  ],
  [
    'one that was never asked',
    { lastAskedAt: undefined, countedSince: NOW - 30 * DAY },
    ['not-asked: not asked for 30 days'],
  ],
  [
    'one that has expired',
    { expires: '2026-11-27' },
    ['expired: expired 1 day ago, on 2026-11-27'],
  ],
  [
    'one whose last day is over',
    { expires: '2026-11-28' },
    ['expired: expired less than 1 day ago, on 2026-11-28'],
  ],
  ['one on its last day, which lasts to its end', { expires: '2026-11-29' }, []],
  ['one on the last instant of its day', { now: NOW - 1, expires: '2026-11-28' }, []],
  [
    'one whose time is reached',
    { expires: '2026-11-29T00:00:00Z' },
    ['expired: expired less than 1 day ago, on 2026-11-29T00:00:00Z'],
  ],
  ['one that is to stay', { isPermanent: true, constant: true, unchangedSince: 0 }, []],
])('%s, of age %j, has the signals %j', (_, age, signals) => {
  const found = staleSignals({ ...AGE, ...age })
  expect(found.map(({ kind, text }) => `${kind}: ${text}`)).toEqual(signals)
})
