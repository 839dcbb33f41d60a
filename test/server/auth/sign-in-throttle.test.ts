import { SignInThrottle } from '../../../src/server/auth/sign-in-throttle'

function scene() {
  const clock = { now: 0 }
  return { clock, throttle: new SignInThrottle(() => clock.now) }
}

const wrong = (throttle: SignInThrottle, address: string, times: number): void => {
  for (let i = 0; i < times; i++) throttle.wrong(address)
}

test('after five wrong tokens an address waits a minute, and twice as long after each more', () => {
  const { clock, throttle } = scene()
  wrong(throttle, '203.0.113.9', 4)
  expect(throttle.waitSeconds('203.0.113.9')).toBe(0)
  throttle.wrong('203.0.113.9')
  expect(throttle.waitSeconds('203.0.113.9')).toBe(60)
  clock.now += 60_000
  expect(throttle.waitSeconds('203.0.113.9')).toBe(0)
  throttle.wrong('203.0.113.9')
  expect(throttle.waitSeconds('203.0.113.9')).toBe(120)
})

test('nobody waits longer than a quarter of an hour', () => {
  const { throttle } = scene()
  wrong(throttle, 'a', 50)
  expect(throttle.waitSeconds('a')).toBe(15 * 60)
})

test('a clock that was ahead makes nobody wait until it has caught up', () => {
  const { clock, throttle } = scene()
  clock.now += 10 * 365 * 86_400_000
  wrong(throttle, 'a', 5)
  clock.now = 0
  expect(throttle.waitSeconds('a')).toBe(60)
  clock.now += 60_000
  expect(throttle.waitSeconds('a')).toBe(0)
})

test.each([
  ['another address', '203.0.113.9', '203.0.113.10', 0],
  ['another host of the same /64', '2001:db8::1', '2001:0db8:0:0:ffff::2', 60],
  ['another /64', '2001:db8::1', '2001:db8:0:1::1', 0],
])('%s is counted by itself or not', (_, address, other, seconds) => {
  const { throttle } = scene()
  wrong(throttle, address, 5)
  expect(throttle.waitSeconds(other)).toBe(seconds)
})

test('a right token forgets the wrong ones, and so does time', () => {
  const { clock, throttle } = scene()
  wrong(throttle, 'a', 4)
  throttle.right('a')
  wrong(throttle, 'a', 4)
  expect(throttle.waitSeconds('a')).toBe(0)
  clock.now += 60 * 60_000
  wrong(throttle, 'a', 4)
  expect(throttle.waitSeconds('a')).toBe(0)
})

test('a flood from many addresses takes little memory', () => {
  const { throttle } = scene()
  for (let i = 0; i < 20_000; i++) throttle.wrong(`10.0.${i >> 8}.${i & 255}`)
  expect(Reflect.get(throttle, 'byAddress').size).toBeLessThan(10_000)
})
