/** Why a feature may be ripe for removal: one judge for the command and the dashboard. */
import { type Lasting, sinceWhen, staleReasons } from '../../src/analysis/stale'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-29T00:00:00Z')

const of = (also: Partial<Lasting>): Lasting => ({
  now: NOW,
  days: 30,
  expires: undefined,
  isPermanent: false,
  constant: undefined,
  asked: { since: NOW - 100 * DAY, lastAt: NOW },
  ...also,
})

const on = (days: number, as = 'on', value?: string) => ({
  constant: { as, value, since: NOW - days * DAY },
})
const asked = (sinceDays: number, lastDays?: number) => ({
  asked: {
    since: NOW - sinceDays * DAY,
    lastAt: lastDays === undefined ? undefined : NOW - lastDays * DAY,
  },
})

test.each<[what: string, of: Partial<Lasting>, reasons: readonly string[]]>([
  ['one that is asked and differs', {}, []],
  [
    'one that is on for 45 days',
    on(45),
    ['always-on: on for everybody for 45 days, since 2026-10-15'],
  ],
  ['one that is on for 29 days', on(29), []],
  [
    'one that is on for as many days as are asked for',
    { ...on(7), days: 7 },
    ['always-on: on for everybody for 7 days, since 2026-11-22'],
  ],
  ['one that is off for 30 days', on(30, 'off'), ['always-off: off for 30 days, since 2026-10-30']],
  [
    'one variant with its value',
    on(31, 'blue', '#00f'),
    ['always-on: "#00f" for everybody for 31 days, since 2026-10-29'],
  ],
  [
    'one of which no history says since when',
    { constant: { as: 'on', value: undefined, since: undefined } },
    [],
  ],
  ['one that is not asked', asked(100, 40), ['not-asked: not asked for 40 days, since 2026-10-20']],
  [
    'one that may have been asked before anybody counted again',
    asked(31, 40),
    ['not-asked: not asked for 31 days, since 2026-10-29'],
  ],
  ['one that may have been asked while nobody counted', asked(29, 40), []],
  [
    'one that was never asked',
    asked(30),
    ['not-asked: never asked since records are kept, 2026-10-30'],
  ],
  ['one that nobody counts', { asked: undefined }, []],
  [
    'one that had one value',
    { asked: { since: 0, lastAt: NOW, same: { value: false, times: 1 } } },
    ['same-answer: asked 1 time in 30 days, and always false'],
  ],
  [
    'one that had one value since a week ago',
    { asked: { since: NOW - 7 * DAY, lastAt: NOW, same: { value: false, times: 9 } } },
    [],
  ],
  [
    'one whose last day is over',
    { expires: '2026-11-28' },
    ['expired: past its expires, 2026-11-28'],
  ],
  ['one on its last day, which lasts to its end', { expires: '2026-11-29' }, []],
  ['one on the last instant of its day', { now: NOW - 1, expires: '2026-11-28' }, []],
  [
    'one whose time is reached',
    { expires: '2026-11-29T00:00:00Z' },
    ['expired: past its expires, 2026-11-29T00:00:00Z'],
  ],
  ['one whose expires is no date', { expires: 'soon' }, []],
  ['one that is to stay', { ...on(400), expires: '2020-01-01', isPermanent: true }, []],
])('%s, %j, has the reasons %j', (_, also, reasons) => {
  expect(staleReasons(of(also)).map(({ kind, text }) => `${kind}: ${text}`)).toEqual(reasons)
})

test.each<[what: string, dates: readonly number[], since: number | undefined]>([
  ['its edit', [], NOW - 90 * DAY],
  ['the end of its ramp', [NOW - 99 * DAY, NOW - 31 * DAY], NOW - 31 * DAY],
  ['its edit, when its dates were past then', [NOW - 99 * DAY], NOW - 90 * DAY],
  ['nothing yet, while a date is to come', [NOW - 31 * DAY, NOW + 1], undefined],
])('an answer is as it is since %s', (_, dates, since) => {
  expect(sinceWhen(NOW - 90 * DAY, dates, NOW)).toBe(since)
})
