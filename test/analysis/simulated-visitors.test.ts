import { simulatedVisitors } from '../../src/analysis/simulated-visitors'

test('the visitors are the same ones always, of whom seven of ten are signed in', () => {
  const visitors = simulatedVisitors(1000)
  expect(simulatedVisitors(1000)).toEqual(visitors)
  expect(simulatedVisitors(10)).toEqual(visitors.slice(0, 10))
  const signedIn = visitors.filter(({ user }) => user)
  expect(Math.abs(signedIn.length - 700)).toBeLessThan(50)
  expect(new Set(signedIn.map(({ user }) => user?.id)).size).toBe(signedIn.length)
  expect(visitors.every(({ user, loid }) => Boolean(user) !== Boolean(loid))).toBe(true)
})
