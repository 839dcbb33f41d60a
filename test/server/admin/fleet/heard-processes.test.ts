import { type Ack, RECENT_MS, type Rollout } from '../../../../src/sources/fleet-records'
import { HeardProcesses, type InForce } from '../../../../src/server/admin/fleet/heard-processes'

/** Of the clock of this process, which passes when a test says so. */
let passed = 1_000_000
beforeEach(() => {
  passed = 1_000_000
  jest.spyOn(performance, 'now').mockImplementation(() => passed)
})
afterEach(() => jest.restoreAllMocks())

const IN_FORCE: InForce = {
  hash: 'new',
  staged: undefined,
  byHash: new Map([
    ['new', 7],
    ['old', 6],
  ]),
}

let versions = 0
const stored = (host: string, ack: Partial<Ack> = {}) => ({
  ack: {
    ...{ host, process: '1', generation: null, hash: 'new', problems: [], health: null },
    ...{ at: Date.now(), ...ack },
  },
  version: String(++versions),
})

test('each has the number of its text, and is current when that is the one in force', () => {
  const views = new HeardProcesses().hear(
    [stored('web-2', { hash: 'old' }), stored('web-1'), stored('web-3', { hash: 'strange' })],
    IN_FORCE,
  )
  expect(views.map(({ host, generation, isCurrent }) => [host, generation, isCurrent])).toEqual([
    ['web-1', 7, true],
    ['web-2', 6, false],
    ['web-3', null, false],
  ])
})

test('it is silent since it was heard, by the clock of this process alone', () => {
  const heard = new HeardProcesses()
  heard.hear([stored('web-1')], IN_FORCE)
  const odd = stored('web-1', { at: Date.now() - 20 * 60_000 })
  passed += 5000
  expect(heard.hear([odd], IN_FORCE)).toMatchObject([{ silentMs: 0, isThere: true }])
  passed += 4000
  expect(heard.hear([odd], IN_FORCE)).toMatchObject([{ silentMs: 4000, isThere: true }])
  passed += RECENT_MS
  expect(heard.hear([odd], IN_FORCE)).toMatchObject([
    { silentMs: RECENT_MS + 4000, isThere: false },
  ])
})

test.each([
  ['of just now', 0, true],
  ['of a minute ago', 60_000, true],
  ['of an hour ago', 3_600_000, false],
])('of one that was found, the time that it wrote has to do: %s', (_, agoMs, isThere) => {
  const [view] = new HeardProcesses().hear([stored('web-1', { at: Date.now() - agoMs })], IN_FORCE)
  expect(view?.isThere).toBe(isThere)
  expect(Math.abs((view?.silentMs ?? 0) - agoMs)).toBeLessThan(1000)
})

test('the first process of a store that had none is heard, however wrong its clock is', () => {
  const heard = new HeardProcesses()
  expect(heard.hear([], IN_FORCE)).toEqual([])
  const late = stored('web-1', { at: Date.now() - 40 * 60_000 })
  expect(heard.hear([late], IN_FORCE)).toMatchObject([{ silentMs: 0, isThere: true }])
  expect(heard.hear([], IN_FORCE)).toEqual([])
  expect(heard.hear([{ ...late, version: 'again' }], IN_FORCE)).toMatchObject([{ silentMs: 0 }])
})

test('two processes of one host are two, and one that is removed from the store is gone', () => {
  const heard = new HeardProcesses()
  const [first, second] = [stored('web-1'), stored('web-1', { process: '2' })]
  expect(heard.hear([first, second], IN_FORCE).map(({ process }) => process)).toEqual(['1', '2'])
  expect(heard.hear([second], IN_FORCE).map(({ process }) => process)).toEqual(['2'])
})

describe('while a generation is staged', () => {
  const staged: Rollout = {
    ...{ generation: 8, hash: 'staged', basedOn: 7, percent: 100, stages: [100], eachMs: 0 },
    ...{ minAcks: 1, limitMs: 60_000, publisher: 'p', beat: 1, by: 'ann', reason: 'why' },
    at: Date.now(),
  }
  const inForce: InForce = { ...IN_FORCE, staged }

  test('who is asked is current with it alone, and confirms it', () => {
    const heard = new HeardProcesses()
    const views = heard.hear(
      [
        stored('web-1', { generation: 8, hash: 'staged' }),
        stored('web-2'),
        // It takes part, and could not read the text.
        stored('web-3', { generation: 8, hash: 'new' }),
        stored('web-4', { generation: 8, hash: 'staged', at: Date.now() - 3_600_000 }),
      ],
      inForce,
    )
    expect(
      views.map(({ generation, isStaged, isCurrent }) => [generation, isStaged, isCurrent]),
    ).toEqual([
      [8, true, true],
      [7, false, false],
      [7, true, false],
      [8, true, true],
    ])
    expect(heard.stagedOf(staged, views)).toMatchObject({ asked: 3, confirmed: 1, percent: 100 })
  })

  test('who is not asked is current with the text in force', () => {
    const none = { ...staged, percent: 0 }
    const heard = new HeardProcesses()
    const views = heard.hear([stored('web-1')], { ...inForce, staged: none })
    expect(views).toMatchObject([{ isStaged: false, isCurrent: true }])
    expect(heard.stagedOf(none, views)).toMatchObject({ asked: 0, confirmed: 0 })
  })

  const isAbandoned = (heard: HeardProcesses, one: Rollout) => heard.stagedOf(one, []).isAbandoned

  test('it is abandoned when its beat has been the same for the limit, and not after another beat', () => {
    const heard = new HeardProcesses()
    expect(isAbandoned(heard, staged)).toBe(false)
    passed += staged.limitMs - 1
    expect(isAbandoned(heard, staged)).toBe(false)
    passed += 1
    expect(isAbandoned(heard, staged)).toBe(true)
    expect(isAbandoned(heard, { ...staged, beat: 2 })).toBe(false)
    passed += staged.limitMs
    expect(isAbandoned(heard, { ...staged, beat: 2 })).toBe(true)
    expect(isAbandoned(heard, { ...staged, beat: 2, publisher: 'another' })).toBe(false)
  })

  test('what was found a day old is abandoned at once, whatever the clocks', () => {
    const at = Date.now() - 24 * 3_600_000
    expect(isAbandoned(new HeardProcesses(), { ...staged, at })).toBe(true)
  })
})
