import { performance } from '../../../../src/runtime/timers'
import { HeardProcesses } from '../../../../src/server/admin/fleet/heard-processes'
import type { Ack } from '../../../../src/sources/fleet-records'

const MINUTE = 60_000

const ack = (at: number, host = 'web-1'): Ack => ({
  ...{ host, process: '00000001', generation: null, hash: 'h' },
  ...{ problems: [], health: { isHealthy: true }, at },
})

const IN_FORCE = { hash: 'h', staged: undefined, byHash: new Map([['h', 1]]) }

/** Listens by a clock that the test moves; silence is in minutes. The time of day stands still. */
function listening() {
  let now = MINUTE
  jest.spyOn(performance, 'now').mockImplementation(() => now)
  const heard = new HeardProcesses()
  return {
    later: (ms: number) => (now += ms),
    today: () => Date.now(),
    hear: (at: number, version: string) => {
      const [one] = heard.hear([{ ack: ack(at), version }], IN_FORCE)
      return [one?.isThere, Math.round(10 * ((one?.silentMs ?? 0) / MINUTE)) / 10]
    },
  }
}

afterEach(() => jest.restoreAllMocks())

test('of a process that wrote while nobody looked, and is dead, nobody says that it was just heard', () => {
  const { hear, later, today } = listening()
  expect(hear(today(), '1')).toEqual([true, 0])
  later(120 * MINUTE)
  expect(hear(today() - 60 * MINUTE, '2')).toEqual([false, 60])
})

test('one that writes while it listens is heard, whatever its clock says', () => {
  const { hear, later, today } = listening()
  const wrong = today() - 500 * MINUTE
  expect(hear(wrong, '1')).toEqual([false, 500])
  later(15_000)
  expect(hear(wrong, '2')).toEqual([true, 0])
  later(30_000)
  expect(hear(wrong, '2')).toEqual([true, 0.5])
})

test('after a break one that lives is heard again with its next word', () => {
  const { hear, later, today } = listening()
  const wrong = today() - 500 * MINUTE
  hear(wrong, '1')
  later(90 * MINUTE)
  expect(hear(wrong, '2')).toEqual([false, 500])
  later(MINUTE)
  expect(hear(wrong, '3')).toEqual([true, 0])
})

test('what was heard is as old as it is, also after a break', () => {
  const { hear, later, today } = listening()
  const wrong = today() - 500 * MINUTE
  hear(wrong, '1')
  later(15_000)
  expect(hear(wrong, '2')).toEqual([true, 0])
  later(10 * MINUTE)
  expect(hear(wrong, '2')).toEqual([false, 10])
})
