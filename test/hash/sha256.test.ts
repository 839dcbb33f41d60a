import { hundredthOf, HUNDREDTHS } from '../../src/hash/sha256'

/**
 * Computed with `printf %s subject:experiment:salt | sha256sum`, the first 16 hex digits modulo
 * 10,000 by `bc`.
 */
const VECTORS: readonly (readonly [
  subject: string,
  experiment: string,
  salt: 'allocation' | 'variant',
  hundredth: number,
])[] = [
  ['u1', 'exp-1', 'allocation', 6798],
  ['u1', 'exp-1', 'variant', 6044],
  ['u1', '42', 'allocation', 5971],
  ['u1', '42', 'variant', 2656],
  ['u1', 'checkout button', 'allocation', 2705],
  ['u1', 'checkout button', 'variant', 1319],
  ['u2', 'exp-1', 'allocation', 5585],
  ['u2', 'exp-1', 'variant', 5304],
  ['u2', '42', 'allocation', 4770],
  ['u2', '42', 'variant', 357],
  ['u2', 'checkout button', 'allocation', 7259],
  ['u2', 'checkout button', 'variant', 6092],
  ['user-123', 'exp-1', 'allocation', 4503],
  ['user-123', 'exp-1', 'variant', 6525],
  ['user-123', '42', 'allocation', 7408],
  ['user-123', '42', 'variant', 6818],
  ['user-123', 'checkout button', 'allocation', 5298],
  ['user-123', 'checkout button', 'variant', 9124],
  ['t2_beef', 'exp-1', 'allocation', 3553],
  ['t2_beef', 'exp-1', 'variant', 4486],
  ['t2_beef', '42', 'allocation', 544],
  ['t2_beef', '42', 'variant', 5612],
  ['t2_beef', 'checkout button', 'allocation', 5497],
  ['t2_beef', 'checkout button', 'variant', 2966],
  ['café', 'exp-1', 'allocation', 6698],
  ['café', 'exp-1', 'variant', 3235],
  ['café', '42', 'allocation', 1962],
  ['café', '42', 'variant', 244],
  ['café', 'checkout button', 'allocation', 6190],
  ['café', 'checkout button', 'variant', 6060],
  ['日本', 'exp-1', 'allocation', 3038],
  ['日本', 'exp-1', 'variant', 3802],
  ['日本', '42', 'allocation', 4357],
  ['日本', '42', 'variant', 3378],
  ['日本', 'checkout button', 'allocation', 1951],
  ['日本', 'checkout button', 'variant', 1697],
]

test.each(VECTORS)(
  '%s in %s by salt %s has the bucket %i that sha256sum and bc say',
  (subject, experiment, salt, hundredth) => {
    expect(hundredthOf(subject, experiment, salt)).toBe(hundredth)
  },
)

test('buckets are spread evenly over the ten thousand', () => {
  const drawn = Array.from({ length: 20_000 }, (_, i) =>
    Math.floor(hundredthOf(`user-${i}`, 'even', 'variant') / (HUNDREDTHS / 10)),
  )
  const counts = Array.from(
    { length: 10 },
    (_, tenth) => drawn.filter((one) => one === tenth).length,
  )
  // Five standard deviations of a binomial with n = 20,000 and p = 0.1.
  for (const count of counts)
    expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9))
})

test('being in and which variant are drawn apart: the two salts agree no more often than chance', () => {
  let both = 0
  for (let i = 0; i < 20_000; i++)
    if (
      hundredthOf(`u${i}`, 'e', 'allocation') < 5000 &&
      hundredthOf(`u${i}`, 'e', 'variant') < 5000
    )
      both++
  expect(Math.abs(both - 5000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.25 * 0.75))
})
