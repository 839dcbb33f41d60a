import { Evaluations } from '../../src/server/evaluations'

const MINUTE = 60_000

function scene() {
  const clock = { now: 1_000 * MINUTE }
  return { clock, evaluations: new Evaluations(() => clock.now) }
}

test('questions are counted by answer and minute, the oldest minute first', () => {
  const { clock, evaluations } = scene()
  evaluations.count('f', true)
  clock.now += 2 * MINUTE
  evaluations.count('f', false)
  evaluations.count('f', 'blue')
  expect(evaluations.perMinute('f', 4)).toEqual([0, 1, 0, 2])
  expect(evaluations.series('f').answers['on']?.slice(-3)).toEqual([1, 0, 0])
  expect(Object.keys(evaluations.series('f').answers)).toEqual(['on', 'off', 'blue'])
  expect(evaluations.lastAt('f')).toBe(clock.now)
})

test('after an hour the counts are forgotten, and the time of the last question is not', () => {
  const { clock, evaluations } = scene()
  const at = clock.now
  evaluations.count('f', true)
  clock.now += 61 * MINUTE
  expect([evaluations.perMinute('f', 30), evaluations.lastAt('f')]).toEqual([[], at])
})

test('as onMetric it counts no names that the live config lacks', () => {
  const { evaluations } = scene()
  evaluations.read('f', 'force', true)
  evaluations.read('g', 'unknownFeature', false)
  expect([evaluations.lastAt('f'), evaluations.lastAt('g')]).toEqual([60_000_000, undefined])
})

test('a feature of many values has few answers', () => {
  const { evaluations } = scene()
  for (let i = 0; i < 1000; i++) evaluations.count('f', `v${i}`)
  expect(Object.keys(evaluations.series('f').answers)).toHaveLength(21)
})

test('minutes that a clock counted ahead are forgotten when it is set right', () => {
  const { clock, evaluations } = scene()
  const ahead = 10 * 365 * 24 * 60 * MINUTE
  clock.now += ahead
  evaluations.count('f', true)
  clock.now -= ahead
  evaluations.count('f', true)
  clock.now += 60 * MINUTE
  evaluations.count('f', true)
  expect(evaluations.perMinute('f', 60)).toEqual([...Array.from({ length: 59 }, () => 0), 1])
})
