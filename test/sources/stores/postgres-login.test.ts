import { listenerLogin, withLoginOf } from '../../../src/sources/stores/postgres-login'

const DIRECT = 'postgres://db.example:5432/shop'

test.each([
  ['of the options of a pool', { user: 'app', password: 'p@ss' }, 'app:p%40ss@'],
  ['of its URL', { connectionString: 'postgres://app:p%40ss@pooler:6432/shop' }, 'app:p%40ss@'],
  ['without a password', { user: 'a b' }, 'a%20b@'],
  ['but nothing, where it has none', {}, ''],
])('a URL without a login has that %s', (_, pool, login) => {
  expect(withLoginOf(pool, DIRECT)).toBe(`postgres://${login}db.example:5432/shop`)
})

test('a URL with a login of its own keeps it', () => {
  const own = 'postgres://listener:secret@db.example/shop?sslmode=require'
  expect(withLoginOf({ user: 'app', password: 'other' }, own)).toBe(own)
})

test('a password that is asked for at each connection is not in the URL', () => {
  const pool = { user: 'app', password: () => 'secret' }
  expect(withLoginOf(pool, DIRECT)).toBe('postgres://app@db.example:5432/shop')
})

test('it is given beside the URL, unless that has a login of its own', () => {
  const pool = { user: 'app', password: () => 'secret' }
  expect(listenerLogin(pool, DIRECT)).toEqual({
    ...{ connectionString: 'postgres://app@db.example:5432/shop', password: pool.password },
  })
  const own = 'postgres://listener:other@db.example/shop'
  expect(listenerLogin(pool, own)).toEqual({ connectionString: own, password: undefined })
})
