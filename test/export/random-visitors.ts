import type { JsonObject, JsonValue } from '../../src/core/json'

/** What an attribute may be, odd values included; undefined is no such attribute. */
const ATTRIBUTES: Readonly<Record<string, readonly (JsonValue | undefined)[]>> = {
  id: ['t2_1', 't2_2', 't2_beef', '5', 5, 7, '7', '', 0, null, undefined, ['t2_1'], true],
  loggedIn: [true, true, true, false, undefined, null, 'true', 1],
  username: ['gary', 'GARY', 'wendy', 'Åsa', 'åsa', 'ipek', 'İPEK', '', 5, ['gary'], undefined],
  admin: [true, false, undefined, 'yes'],
  employee: [true, false, undefined, 1],
  gold: [true, false, undefined, null],
  beta: [true, false, undefined],
  subreddit: ['wtf', 'AskReddit', 'pics', '', undefined, ['wtf']],
  subdomain: ['BETA', 'www', undefined],
  oauthClient: ['xyzABC', 'XYZabc', undefined, 5],
  loid: ['0000000001', 'abc', undefined],
  urlFeatures: [['look'], ['a', 'c'], ['c', 'd', 'look'], [], 'look', ['', 'b'], undefined],
  country: ['NZ', 'AU', 'DE', 'KZ', undefined, null, 5],
  device: ['phone', 'watch', 'desk', undefined],
  company: [{ id: 't2_1' }, { id: 5 }, { id: '5' }, 'x', undefined],
  team_owner: ['t2_4k2', 't2_9xa', undefined],
}

/** The same visitors each time. */
export function randomVisitors(count: number): readonly JsonObject[] {
  let state = 42
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0)
  return Array.from({ length: count }, (_, n) => {
    const attributes = Object.entries(ATTRIBUTES).flatMap(([name, values]) => {
      const value = values[(next() >>> 8) % values.length]
      return value === undefined ? [] : [[name, value] as const]
    })
    const known = Object.fromEntries(attributes)
    // Half of them are people of their own.
    return n % 2 === 0 ? known : { ...known, id: `t2_${next().toString(36)}` }
  })
}
