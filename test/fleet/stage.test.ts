import { type HostView, nextPercent, nextStep, reaching, type Step } from '../../src/fleet/stage'
import { type Ack, type Condition, drawOf, type Rollout } from '../../src/sources/fleet-records'
import { contentHash } from '../../src/sources/bytes'

const hash = contentHash('new')
const old = contentHash('old')
const rollout: Rollout = {
  generation: 12,
  hash,
  basedOn: 11,
  percent: 100,
  stages: [1, 10, 100],
  eachMs: 30_000,
  minAcks: 1,
  limitMs: 60_000,
  publisher: 'one',
  beat: 1,
  by: 'ann',
  reason: null,
  at: 0,
}
const healthy = { isHealthy: true }
const ill = { isHealthy: false, message: 'too many 500s' }
const bad = { code: 'bad-key', message: 'it is bad', severity: 'error', feature: 'a' } as const

/** A process that has the generation, but for what is said of it. */
const host = (name: string, ack: Partial<Ack> = {}, view: Partial<HostView> = {}): HostView => ({
  ack: {
    host: name,
    process: '0',
    generation: 12,
    hash,
    problems: [],
    health: healthy,
    at: 0,
    ...ack,
  },
  before: { problems: [], health: healthy },
  silentMs: 0,
  thereMs: Infinity,
  ...view,
})
const waiting = (name: string): HostView => host(name, { generation: null, hash: old })

const step = (hosts: readonly HostView[], elapsedMs: number, change: Partial<Rollout> = {}): Step =>
  nextStep({ rollout: { ...rollout, ...change }, elapsedMs, ackWithinMs: 40_000, hosts })

test('what two processes of one host say alike is said once', () => {
  const twice = [host('a', { health: ill }), host('a', { process: '1', health: ill }), host('b')]
  expect(step(twice, 0)).toEqual({
    kind: 'withdraw',
    reason: 'a: it is not healthy: too many 500s',
    hosts: [{ host: 'a', problem: 'it is not healthy: too many 500s' }],
  })
})

describe('a stage goes on', () => {
  test.each<[string, readonly HostView[], number, Step]>([
    [
      'while a process has not acknowledged',
      [host('a'), waiting('b')],
      39_999,
      { kind: 'wait', confirmed: 1, asked: 2 },
    ],
    [
      'while it has not lasted as long as it must',
      [host('a')],
      29_999,
      { kind: 'wait', confirmed: 1, asked: 1 },
    ],
    ['while there is no process', [], 39_999, { kind: 'wait', confirmed: 0, asked: 0 }],
  ])('%s', (_, hosts, elapsed, expected) => {
    expect(step(hosts, elapsed)).toEqual(expected)
  })
})

describe('a stage ends', () => {
  test('when all have acknowledged and it has lasted as long as it must', () => {
    expect(step([host('a'), host('b')], 30_000)).toMatchObject({ kind: 'finish' })
  })

  test.each([
    [1, 10],
    [10, 100],
    [12.34, 100],
  ])('at %d %% with the next one, %d %%', (percent, next) => {
    const hosts = Array.from({ length: 300 }, (_, i) => `web-${i}`)
    const views = hosts.map((name) => (drawOf(name, 12) < percent ? host(name) : waiting(name)))
    expect(step(views, 30_000, { percent })).toMatchObject({ kind: 'advance', percent: next })
  })

  test('whatever those say that it does not ask', () => {
    const [asked = '', not = ''] = ['web-1', 'web-2', 'web-3'].sort(
      (a, b) => drawOf(a, 12) - drawOf(b, 12),
    )
    const percent = drawOf(asked, 12) + 0.01
    const other = host(not, { generation: null, hash: old, problems: [bad], health: ill })
    expect(step([host(asked), other], 30_000, { percent })).toMatchObject({ kind: 'advance' })
  })
})

describe('a generation is withdrawn', () => {
  const refused = { problems: [bad], hash: old }
  test.each<[string, readonly HostView[], number, string]>([
    ['at once for a problem', [host('a', { problems: [bad] })], 0, 'a: it is bad'],
    ['at once where a process refuses it', [host('a', refused), host('b')], 0, 'a: it is bad'],
    [
      'at once where a process is not healthy',
      [host('a', { health: ill })],
      0,
      'a: it is not healthy: too many 500s',
    ],
    [
      'where it does not say why',
      [host('a', { health: { isHealthy: false } })],
      0,
      'a: it is not healthy',
    ],
    [
      'where health is not reported any more',
      [host('a', { health: null })],
      0,
      'a: it does not report its health any more',
    ],
    [
      'where a process that had it says nothing',
      [host('a', {}, { silentMs: 12_000 })],
      0,
      'a: it was heard last 12 seconds ago',
    ],
    [
      'where one does not acknowledge in time',
      [host('a'), waiting('b')],
      40_000,
      'b: no acknowledgement',
    ],
    [
      'and names three',
      ['a', 'b', 'c', 'd', 'e'].map(waiting),
      40_000,
      'a: no acknowledgement; b: no acknowledgement; c: no acknowledgement; and 2 more',
    ],
    ['where nobody is left', [], 40_000, '0 of at least 1 process acknowledged'],
  ])('%s', (_, hosts, elapsed, reason) => {
    expect(step(hosts, elapsed)).toMatchObject({ kind: 'withdraw', reason })
  })

  test('where fewer processes acknowledged than it takes', () => {
    expect(step([host('a')], 40_000, { minAcks: 2 })).toMatchObject({
      reason: '1 of at least 2 processes acknowledged',
    })
  })

  test('with every process that is concerned', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const found = step(
      names.map((name) => host(name, { problems: [bad] })),
      0,
    )
    expect(found.kind === 'withdraw' && found.hosts.map((one) => one.host)).toEqual(names)
  })
})

describe('a generation is not withdrawn', () => {
  const before = (condition: Partial<Condition>): Partial<HostView> => ({
    before: { problems: [], health: healthy, ...condition },
  })
  test.each<[string, HostView]>([
    ['for a warning', host('a', { problems: [{ ...bad, severity: 'warning' }] })],
    [
      'for a problem that was there before',
      host('a', { problems: [bad] }, before({ problems: [bad] })),
    ],
    ['where a process was not healthy before', host('a', { health: ill }, before({ health: ill }))],
    [
      'where a process never reported its health',
      host('a', { health: null }, before({ health: null })),
    ],
    ['where a process is new', host('a', { health: null }, { before: undefined })],
    ['where a process was silent for a moment', host('a', {}, { silentMs: 5000 })],
    [
      'where one that started before it was staged was not healthy either',
      host('a', { health: ill }, { before: { problems: [], health: ill } }),
    ],
  ])('%s', (_, view) => {
    expect(step([view], 30_000)).toMatchObject({ kind: 'finish' })
  })
})

describe('a process that starts late in a stage', () => {
  const started = (thereMs: number, ack: Partial<Ack>): HostView =>
    host('late', ack, { before: undefined, thereMs })
  const oldText = { generation: null, hash: old }
  const withLate = (thereMs: number, ack: Partial<Ack>): Step =>
    step([host('a'), started(thereMs, ack)], 100_000)

  test.each<[string, number, Partial<Ack>, object]>([
    ['has its own time to acknowledge', 39_999, oldText, { kind: 'wait', confirmed: 1, asked: 2 }],
    ['and no more', 40_000, oldText, { kind: 'withdraw', reason: 'late: no acknowledgement' }],
    ['may warm up in that time', 39_999, { health: ill }, { kind: 'wait', confirmed: 1 }],
    [
      'and no longer',
      40_000,
      { health: ill },
      { kind: 'withdraw', reason: 'late: it is not healthy: too many 500s' },
    ],
    ['holds up nobody when it is warm', 1, { health: healthy }, { kind: 'finish', confirmed: 2 }],
    ['tells of a problem at once', 1, { problems: [bad] }, { kind: 'withdraw' }],
  ])('%s', (_, thereMs, ack, expected) => {
    expect(withLate(thereMs, ack)).toMatchObject(expected)
  })
})

describe('the share of a stage', () => {
  const three = ['web-1', 'web-2', 'web-3']

  test('is as it was given where it asks enough processes', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `web-${i}`)
    expect(reaching(1, 12, 1, many)).toBe(1)
    expect(reaching(100, 12, 1, three)).toBe(100)
  })

  test.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 3],
    [9, 3],
  ])('is raised so that it asks at least %d of three', (least, asked) => {
    const percent = reaching(0.01, 12, least, three)
    expect(three.filter((name) => drawOf(name, 12) < percent)).toHaveLength(asked)
  })

  test('is no more than 100, and as given where there is nobody', () => {
    const all = Array.from({ length: 20_000 }, (_, i) => `web-${i}`)
    expect(reaching(1, 12, 20_000, all)).toBe(100)
    expect(reaching(1, 12, 1, [])).toBe(1)
  })

  test('passes over stages that it has reached', () => {
    const hosts = ['web-1']
    expect(nextPercent({ ...rollout, percent: 12, stages: [1, 10, 100] }, hosts)).toBe(100)
    expect(nextPercent({ ...rollout, percent: 100 }, hosts)).toBeUndefined()
  })
})
