import type { AccountFacts, Facts } from '../core/world'

const COUNTRIES = ['US', 'GB', 'NZ', 'AU', 'DE', 'BR', 'IN', 'KZ']
const SUBREDDITS = ['AskReddit', 'wtf', 'baking', 'music', 'maps']
const DEVICES = ['desktop', 'phone', 'tablet']

/**
 * So many visitors of a made-up site, the same ones always: seven of ten are signed in, as user-0,
 * user-1 and so on; some have gold, are beta testers or employees; each has a country and a device.
 */
export const simulatedVisitors = (count: number): readonly Facts[] =>
  Array.from({ length: count }, (_, i) => visitor(i))

function visitor(i: number): Facts {
  const draw = (of: string): number => fraction(i, of)
  const country = oneOf(COUNTRIES, draw('country'))
  const common = {
    subreddit: oneOf(SUBREDDITS, draw('subreddit')),
    attributes: {
      country,
      device: oneOf(DEVICES, draw('device')),
      age: 16 + Math.floor(draw('age') * 50),
    },
  }
  // As r2's are: 18 digits of base 36, of which the end decides.
  const loid = `00000000000000${Math.floor(draw('loid') * 36 ** 4)
    .toString(36)
    .padStart(4, '0')}`
  return draw('signed in') < 0.7 ? { ...common, user: account(i, draw) } : { ...common, loid }
}

const account = (i: number, draw: (of: string) => number): AccountFacts => ({
  id: `user-${i}`,
  name: `user_${i}`,
  gold: draw('gold') < 0.06,
  beta: draw('beta') < 0.04,
  employee: draw('employee') < 0.01,
  admin: draw('admin') < 0.003,
})

const oneOf = (list: readonly string[], at: number): string =>
  list[Math.floor(at * list.length)] ?? ''

/** From 0 to 1, the same for the same visitor and question (FNV-1a, mixed). */
function fraction(i: number, of: string): number {
  let hash = 0x811c9dc5
  for (const text of `${i}:${of}`) hash = Math.imul(hash ^ text.charCodeAt(0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
