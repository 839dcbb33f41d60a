import {
  type StoredSession,
  COOKIE,
  sessionCookie,
  sessionIn,
  Sessions,
} from '../../../src/server/auth/sessions'
import { StoredMap } from '../../../src/server/stored-map'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function scene(idleMs = HOUR) {
  const clock = { now: 1_000_000 }
  const stored = new StoredMap<StoredSession>(undefined, 'sessions')
  return { clock, stored, sessions: new Sessions(stored, idleMs, () => clock.now) }
}

test('a session is of the token that it was begun with, until it is ended', () => {
  const { sessions } = scene()
  const id = sessions.begin('t1')
  expect(sessions.tokenOf(id)).toBe('t1')
  sessions.end(id)
  expect(sessions.tokenOf(id)).toBeUndefined()
})

test('each session has an id of its own, of which the hash alone is stored', () => {
  const { sessions, stored } = scene()
  const ids = [sessions.begin('t1'), sessions.begin('t1')]
  expect(new Set(ids).size).toBe(2)
  expect(JSON.stringify(stored.entries())).not.toContain(ids[0])
})

test('a session ends after the idle time, and each use begins that anew', () => {
  const { sessions, clock } = scene()
  const id = sessions.begin('t1')
  clock.now += HOUR - 1
  expect(sessions.tokenOf(id)).toBe('t1')
  clock.now += HOUR - 1
  expect(sessions.tokenOf(id)).toBe('t1')
  clock.now += HOUR
  expect(sessions.tokenOf(id)).toBeUndefined()
})

test('a session that is always in use ends after a week', () => {
  const { sessions, clock } = scene()
  const id = sessions.begin('t1')
  for (let minutes = 0; minutes < 7 * 24 * 60; minutes += 59) {
    expect(sessions.tokenOf(id)).toBe('t1')
    clock.now += 59 * MINUTE
  }
  expect(sessions.tokenOf(id)).toBeUndefined()
})

test.each([
  ['ten years ahead has ended when the clock is set right', 3650 * 24 * HOUR, undefined],
  ['a minute ahead, as clocks of servers may differ, is open', MINUTE, 't1'],
])('a session of a clock that was %s', (_, ahead, token) => {
  const { sessions, clock } = scene()
  clock.now += ahead
  const id = sessions.begin('t1')
  clock.now -= ahead
  expect(sessions.tokenOf(id)).toBe(token)
})

test('sessions that have ended are removed when one begins', () => {
  const { sessions, clock, stored } = scene()
  sessions.begin('t1')
  clock.now += HOUR
  sessions.begin('t2')
  expect(stored.size).toBe(1)
})

test.each([
  ['a', `${COOKIE}=a`],
  ['b', `other=1; ${COOKIE}=b`],
  [undefined, `${COOKIE}=`],
  [undefined, 'other=1'],
])('the session %s is read from the cookie %s', (id, cookie) => {
  expect(sessionIn({ cookie })).toBe(id)
})

test.each([
  ['id', { mount: '', isSecure: false }, `${COOKIE}=id; Path=/; HttpOnly; SameSite=Strict`],
  [
    'id',
    { mount: '/flags', isSecure: true },
    `${COOKIE}=id; Path=/flags; HttpOnly; Secure; SameSite=Strict`,
  ],
  [
    undefined,
    { mount: '', isSecure: false },
    `${COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict`,
  ],
])('the cookie of %s at %j is %s', (id, request, cookie) => {
  expect(sessionCookie(id, request)).toBe(cookie)
})
